"""Callers' time with and without a cache, by turns: the same questions, dearer and dearer work behind it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from onnxruntime import InferenceSession, SessionOptions
from sklearn.pipeline import Pipeline

from lab.patterns.asked_flights import ROUTE, SEATS_A_TRAVELLER, USUAL
from lab.patterns.feature_tables import FeatureTables
from parts.cache.caches import Cache, open_cache
from parts.model_export.onnx_export import PREDICTION, export_model
from parts.service_shell.scorer import Scorer, by_table
from problem.asked_again import Answerer, Champion, Question, Row, Stored
from problem.contract import CATEGORIES, FEATURES
from reference.systems.fti.adapters.engines.local_redis import redis_server

PLANTED = (5, 20, 80, 320, 1280, 5120)
"""Microseconds that a planted piece of work takes: the dial."""
