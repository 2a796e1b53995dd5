"""FTI without a feature store and a registry to install: the same pipelines on Parquet files and SQLite."""
