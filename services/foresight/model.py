"""A hierarchical Gaussian model on the log scale: what the parks have in common, and how each departs from it.

Every figure is a linear functional of its park's latent monthly path (`services.foresight.windows`):

    y = features · common + departures + error

`common` (the programme's growth, its change after approval, how far plans carry, the first half's share, how much too
high 预计数 are) has wide normal priors and is integrated out. Each park's departures (its own pace, its change of pace
after approval, its own season, a wandering level) are normal with variances that are the same for all parks; those
are found by maximum marginal likelihood under weak priors (scipy). A park with few figures is thereby held close to
its peers, one with many speaks for itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prior:
    """Of the common coefficients (normal) and of the logarithms of the standard deviations (normal)."""

    mean: Array
    sd: Array
    log_sd_mean: Array
    log_sd_sd: Array


@dataclass(frozen=True, slots=True)
class Data:
    """N parks with up to J figures each; where there is none, `seen` is 0 and the rest is 0 too.

    y, seen, noise: (N, J), `noise` the known variance of rounding; common: (N, J, F); kernels: (B, N, J, J), one a
    standard deviation; to_target: (N, F) and (B, N, J) and (B, N): the target's features, its covariances with the
    figures, and its own variances, per unit of each variance.
    """

    y: Array
    seen: Array
    noise: Array
    common: Array
    kernels: Array
    target_common: Array
    target_kernels: Array
    target_own: Array


@dataclass(frozen=True, slots=True)
class Predicted:
    """Mean and standard deviation of the logarithm of the outcome, by park."""

    mean: Array
    sd: Array


@dataclass(frozen=True, slots=True)
class Fit:
    """What a fit has found out about all parks: the logarithms of the standard deviations (B,), and mean (F,) and
    covariance (F, F) of the common coefficients."""

    log_sd: Array
    mean: Array
    covariance: Array


def predict(data: Data, fit: Fit) -> Predicted:
    """The outcome of each park of `data`, with the uncertainty of the common coefficients."""
    variances = np.exp(2 * fit.log_sd)
    across = np.einsum("b,bnj->nj", variances, data.target_kernels)
    weights = np.einsum("njk,nk->nj", np.linalg.inv(_covariance(data, variances)), across)
    residual = data.y - np.einsum("njf,f->nj", data.common, fit.mean)
    own = np.einsum("b,bn->n", variances, data.target_own) - np.einsum("nj,nj->n", weights, across)
    features = data.target_common - np.einsum("nj,njf->nf", weights, data.common)
    shared = np.einsum("nf,fg,ng->n", features, fit.covariance, features)
    mean = data.target_common @ fit.mean + np.einsum("nj,nj->n", weights, residual)
    return Predicted(mean, np.sqrt(np.maximum(own + shared, 1e-12)))


def _covariance(data: Data, variances: Array) -> Array:
    """Of each park's figures, (N, J, J); one on the diagonal where there is none."""
    alone = np.einsum("nj,jk->njk", data.noise + 1.0 - data.seen, np.eye(data.y.shape[1]))
    covariance: Array = np.einsum("b,bnjk->njk", variances, data.kernels) + alone
    return covariance


class Model:
    """Fitted to data by `fit`."""

    def __init__(self, data: Data, prior: Prior) -> None:
        self._data, self._prior = data, prior
        self.log_sd = prior.log_sd_mean.copy()

    def fit(self) -> Model:
        """Maximise the marginal likelihood under the priors of the standard deviations."""
        low, high = (self._prior.log_sd_mean + side * 4 * self._prior.log_sd_sd for side in (-1, 1))
        found = minimize(
            self._loss, self.log_sd, jac=True, method="L-BFGS-B", bounds=np.column_stack([low, high]),
            options={"maxiter": 60, "ftol": 1e-7},
        )  # fmt: skip
        self.log_sd = found.x
        return self

    def learned(self) -> Fit:
        """What is known of all parks together."""
        state = self._state(np.exp(2 * self.log_sd))
        return Fit(self.log_sd, state.mean, state.covariance)

    def _state(self, variances: Array) -> _State:
        data = self._data
        covariance = _covariance(data, variances)
        inverse = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
        weighted = np.einsum("njk,nkf->njf", inverse, data.common)
        precision = np.diag(1 / self._prior.sd**2) + np.einsum("njf,njg->fg", data.common, weighted)
        shared = np.linalg.inv(precision)
        right = self._prior.mean / self._prior.sd**2 + np.einsum("njf,nj->f", weighted, data.y)
        return _State(covariance, inverse, weighted, precision, shared, shared @ right)

    def _loss(self, log_sd: Array) -> tuple[float, Array]:
        """Minus the logarithm of the marginal likelihood and priors, and its gradient."""
        data, prior = self._data, self._prior
        variances = np.exp(2 * log_sd)
        state = self._state(variances)
        off = data.y - data.common @ prior.mean
        solved = np.einsum("njk,nk->nj", state.inverse, off)
        moved = np.einsum("njf,nj->f", state.weighted, off)
        # The residual as seen through everything that is integrated out.
        alpha = solved - np.einsum("njf,fg,g->nj", state.weighted, state.covariance, moved)
        determinants = np.linalg.slogdet(state.total)[1].sum() + np.linalg.slogdet(state.precision)[1]
        away = (log_sd - prior.log_sd_mean) / prior.log_sd_sd
        loss = 0.5 * (determinants + (off * alpha).sum()) + 0.5 * (away**2).sum()
        shared = np.einsum("njf,fg,nkg->njk", state.weighted, state.covariance, state.weighted)
        inner = state.inverse - shared - np.einsum("nj,nk->njk", alpha, alpha)
        gradient = np.einsum("bnjk,njk->b", data.kernels, inner) * variances + away / prior.log_sd_sd
        return float(loss), gradient


@dataclass(frozen=True, slots=True)
class _State:
    """At given variances: the figures' covariance and its inverse by park, the common coefficients' mean and
    covariance."""

    total: Array
    inverse: Array
    weighted: Array
    precision: Array
    covariance: Array
    mean: Array
