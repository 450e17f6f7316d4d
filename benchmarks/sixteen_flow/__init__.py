"""viewflow 流程: the app viewflow wants around a flow."""
