"""What machines testify: a reader a kind of file, what it proves, and what is proposed by that. See README's map."""
