"""Tables that leave the site for somebody's spreadsheet. No other place writes CSV or XLSX."""
