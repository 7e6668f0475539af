"""Files that editors upload: what they are by their bytes, never by their names, and what goes before they are kept.

Four kinds and no others: pictures, drawings (SVG), films, captions. None of them can run, and none says where or with
what it was made. `forms` cleans at the upload; `checking.check_upload` asks again where a file is frozen, because a
form is not the only door.
"""
