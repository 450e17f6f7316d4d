"""工作台: the screens of the people who work the case."""
