"""The browser's side; a file a noun."""
