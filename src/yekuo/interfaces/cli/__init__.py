"""命令行: commands that call one operation."""
