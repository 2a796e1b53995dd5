"""FTI beyond one machine: the same feature code on workers or Spark, history read by Spark, latest values in Redis."""
