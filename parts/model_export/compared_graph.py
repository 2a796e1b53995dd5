"""A fitted pipeline becomes a graph only if the graph answers as it does."""

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from parts.model_export.onnx_export import export_model
from parts.model_export.pipeline_scoring import ask_pipeline
from parts.model_export.published_graph import refuse_unlike, run_graph

SAMPLE, SIZES, NULLS = 1000, (-2, 4), 0.2
"""Vectors on which both are asked, powers of ten between which numbers in them lie, and the share of nulls."""


def export_alike(model: Pipeline) -> bytes:
    """The pipeline as a graph, after both were asked about the same vectors of all sorts.

    Raises ``CannotPublish`` where they answer otherwise, and ``ValueError`` for a pipeline that has no exact form.
    """
    try:
        graph, sample = export_model(model), draw_vectors(model)
    except (AttributeError, TypeError) as error:
        raise ValueError(f"this pipeline has no exact form as a graph: {error}") from error
    refuse_unlike(run_graph(graph, sample), ask_pipeline(model, sample))
    return bytes(graph.SerializeToString())


def draw_vectors(model: Pipeline) -> pd.DataFrame:
    """Vectors at random, always the same for one model: categories known and unknown, numbers of all sizes, nulls."""
    (_, codes, categories), (_, _, numbers) = model[0].transformers_
    random = np.random.default_rng(0)
    shape = SAMPLE, len(numbers)
    drawn = random.choice([-1, 1], shape) * 10 ** random.uniform(*SIZES, shape)
    drawn[random.random(drawn.shape) < NULLS] = np.nan
    known = dict(zip(categories, codes.categories_, strict=True))
    texts = {name: random.choice([*values, "never seen"], SAMPLE) for name, values in known.items()}
    return pd.DataFrame(drawn, columns=list(numbers)).assign(**texts)[list(model.feature_names_in_)]
