"""What machines testify: `reports/` reads test reports."""
