"""Asynchronous: a question is kept and accepted; whoever answers takes it when there is time, the caller fetches it."""
