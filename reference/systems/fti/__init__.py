"""Feature, training and inference pipelines that meet only in a feature store and a model registry."""
