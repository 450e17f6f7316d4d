"""演练公司: a demo company whose every case was made by the real operations."""
