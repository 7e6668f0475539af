"""The directory import: read and judge the whole file, compare it with what is believed, then write it or nothing."""
