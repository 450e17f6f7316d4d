"""业务操作: what people do; one function per deed, one transaction per function."""
