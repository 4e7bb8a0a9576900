"""nginx before the app, and what the app believes of it."""
