"""How models are trained so that somebody else can do it again."""
