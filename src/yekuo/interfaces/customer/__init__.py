"""客户端: what the customer sees on a phone."""
