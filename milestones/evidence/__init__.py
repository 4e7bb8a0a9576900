"""What machines testify: a reader a format. `certificates` reads the sender's public certificate (D.3)."""
