"""Who depends on whom: directed graphs, and what the literature measures on them.

Propagation cost: MacCormack, Rusnak and Baldwin 2006, "Exploring the Structure of Complex Software Designs", here
without the diagonal, which would make small systems look worse than large ones. Coupling: Martin 1994, "OO Design
Quality Metrics", with a node of the graph in the place of his category of classes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

Edge = tuple[str, str]
"""(who depends, on whom)"""


class CannotLink(ValueError):
    """An edge between nodes that are not there."""


@dataclass(frozen=True)
class Graph:
    """Nodes by name, and edges between them; an edge from a node to itself is allowed and counts nowhere."""

    nodes: frozenset[str]
    edges: frozenset[Edge]

    def __post_init__(self) -> None:
        strangers = sorted({name for edge in self.edges for name in edge} - self.nodes)
        if strangers:
            raise CannotLink(f"edges name what is no node: {', '.join(strangers)}")

    def with_edges(self, edges: Iterable[Edge]) -> "Graph":
        """The same nodes with more edges."""
        return Graph(self.nodes, self.edges | frozenset(edges))

    @property
    def n(self) -> int:
        """How many nodes there are."""
        return len(self.nodes)

    @property
    def propagation_cost(self) -> float:
        """Of all ordered pairs of two nodes, the share in which the first depends on the second, however indirectly.

        0 (nothing propagates) to 1 (everything reaches everything); 0 too where there is no pair.
        """
        pairs = self.n * (self.n - 1)
        return float(self._reach.sum() / pairs) if pairs else 0.0

    @property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The groups of two nodes or more that all depend on one another (strongly connected components), by name."""
        _, group = connected_components(self._matrix, connection="strong")
        groups = pd.Series(self._order).groupby(group).agg(tuple)
        return tuple(sorted(members for members in groups if len(members) > 1))

    @property
    def coupling(self) -> pd.DataFrame:
        """One row per node, by name: ``node``, ``ca``, ``ce`` (counts of nodes) and ``instability`` (0 to 1).

        Ca depend on the node, it depends on Ce; instability is Ce / (Ca + Ce), null for a node without an edge.
        """
        ca, ce = self._matrix.sum(axis=0), self._matrix.sum(axis=1)
        table = pd.DataFrame({"node": self._order, "ca": ca, "ce": ce})
        return table.assign(instability=table["ce"] / (table["ca"] + table["ce"]))

    @property
    def _order(self) -> list[str]:
        return sorted(self.nodes)

    @cached_property
    def _matrix(self) -> NDArray[np.bool_]:
        """Does the row depend on the column directly?"""
        place = {name: number for number, name in enumerate(self._order)}
        matrix = np.zeros((self.n, self.n), dtype=np.bool_)
        for one, other in self.edges:
            matrix[place[one], place[other]] = one != other
        return matrix

    @cached_property
    def _reach(self) -> NDArray[np.bool_]:
        """Does the row depend on the column at all? Warshall 1962; without the diagonal."""
        reach = self._matrix.copy()
        for through in range(self.n):
            reach |= reach[:, [through]] & reach[[through], :]
        np.fill_diagonal(reach, False)
        return reach
