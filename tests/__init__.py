"""测试: rules without a database, operations and interfaces on a real PostgreSQL, journeys in a browser."""
