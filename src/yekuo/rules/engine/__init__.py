"""流程引擎: a small pure engine; decide(books, state, deed, by, at) -> event, evolve(state, event) -> state."""
