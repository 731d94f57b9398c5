"""Optimizers: in which direction to step."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from descend.optimizers.adaptive import FTRL, Adadelta, AdaGrad, RMSProp
from descend.optimizers.classical import ASGD, QHM, SGD, Momentum, Nesterov
from descend.optimizers.coin_betting import COCOB
from descend.optimizers.first_moments import Adam, AdamW, Adan, AdEMAMix, NAdam
from descend.optimizers.layerwise import LAMB, LARS, NovoGrad
from descend.optimizers.lbfgs import LBFGS
from descend.optimizers.noise import NoisySGD
from descend.optimizers.parameter_free import DAdaptAdam, DAdaptSGD, DoG, DoWG, Prodigy
from descend.optimizers.polyak import MoMo, MoMoAdam
from descend.optimizers.ranges import check
from descend.optimizers.second_moments import ADOPT, AdaBelief, AdaMax, AMSGrad, RAdam, Yogi
from descend.optimizers.sign import Lion, Rprop, SignSGD, Signum
from descend.optimizers.variance_reduction import SAGA, SVRG, refuse_without_rows
from descend.optimizers.wrappers.averaging import Averaged, ScheduleFree
from descend.optimizers.wrappers.clipping import Clipped, ClippedByNorm, ClippedByValue
from descend.optimizers.wrappers.lookahead import Lookahead
from descend.optimizers.wrappers.sam import SAM
from descend.optimizers.wrappers.weight_decay import Decayed
from descend.protocols import Optimizer
from descend.support.suggestions import nearest

__all__ = [
    "ADOPT", "ASGD", "COCOB", "FTRL", "LAMB", "LARS", "LBFGS", "QHM", "SAGA", "SAM", "SGD", "SVRG",
    "AMSGrad", "AdEMAMix", "AdaBelief", "AdaGrad", "AdaMax", "Adadelta", "Adam", "AdamW", "Adan",
    "Averaged", "Clipped", "ClippedByNorm", "ClippedByValue", "DAdaptAdam", "DAdaptSGD", "Decayed",
    "DoG", "DoWG", "LimitedMemory", "Lion", "Lookahead", "MoMo", "MoMoAdam", "Momentum", "NAdam",
    "Nesterov", "NoisySGD", "NovoGrad", "Prodigy", "RAdam", "RMSProp", "Rprop", "ScheduleFree",
    "SignSGD", "Signum", "Yogi", "by_name", "climbs", "has_recommended_rate", "innermost",
    "is_rate_free", "names", "recommended_rate",
]  # fmt: skip


# the former name of LBFGS, kept for one release
LimitedMemory = LBFGS


class _Entry(NamedTuple):
    """An optimizer, and the rate that its paper recommends, or where it does not, the customary."""

    optimizer: Optimizer
    rate: float


_TABLE = {
    "sgd": _Entry(SGD(), 0.01),
    "momentum": _Entry(Momentum(), 0.01),
    "nesterov": _Entry(Nesterov(), 0.01),
    "qhm": _Entry(QHM(), 0.1),
    "asgd": _Entry(ASGD(), 0.01),
    "noisysgd": _Entry(NoisySGD(), 0.01),
    "adagrad": _Entry(AdaGrad(), 0.1),
    "rmsprop": _Entry(RMSProp(), 0.001),
    "adadelta": _Entry(Adadelta(), 1.0),
    "ftrl": _Entry(FTRL(), 0.1),
    "adam": _Entry(Adam(), 0.001),
    "adamw": _Entry(AdamW(), 0.001),
    "amsgrad": _Entry(AMSGrad(), 0.001),
    "adamax": _Entry(AdaMax(), 0.002),
    "nadam": _Entry(NAdam(), 0.002),
    "radam": _Entry(RAdam(), 0.001),
    "adabelief": _Entry(AdaBelief(), 0.001),
    "yogi": _Entry(Yogi(), 0.01),
    "adan": _Entry(Adan(), 0.001),
    "ademamix": _Entry(AdEMAMix(), 0.001),
    "adopt": _Entry(ADOPT(), 0.001),
    "signsgd": _Entry(SignSGD(), 0.001),
    "signum": _Entry(Signum(), 0.001),
    "lion": _Entry(Lion(), 0.0001),
    "rprop": _Entry(Rprop(), 0.01),
    "lars": _Entry(LARS(), 1.0),
    "lamb": _Entry(LAMB(), 0.001),
    "novograd": _Entry(NovoGrad(), 0.01),
    "lbfgs": _Entry(LBFGS(), 1.0),
    "momo": _Entry(MoMo(), 1.0),
    "momoadam": _Entry(MoMoAdam(), 0.01),
    "dog": _Entry(DoG(), 1.0),
    "dowg": _Entry(DoWG(), 1.0),
    "dadaptsgd": _Entry(DAdaptSGD(), 1.0),
    "dadaptadam": _Entry(DAdaptAdam(), 1.0),
    "prodigy": _Entry(Prodigy(), 1.0),
    "cocob": _Entry(COCOB(), 1.0),
}

_ALONG_ROWS: dict[str, Optimizer] = {"saga": SAGA(), "svrg": SVRG()}

_AROUND: dict[str, Callable[[Optimizer], Optimizer]] = {
    "averaged": Averaged,
    "lookahead": Lookahead,
    "sam": SAM,
    "schedulefree": ScheduleFree,
}

_WRAPPERS = (Averaged, ClippedByNorm, ClippedByValue, Decayed, Lookahead, SAM, ScheduleFree)

_RATE_FREE = (Adadelta, COCOB, DAdaptAdam, DAdaptSGD, DoG, DoWG, Prodigy)

_RATES = {type(entry.optimizer): entry.rate for entry in _TABLE.values()}


def by_name(optimizer: str | Optimizer, *, rows: bool = False) -> Optimizer:
    """Return the optimizer of that name with its default hyper-parameters; instances pass through.

    Before a colon there may be what is put around it: "lookahead:adam", "averaged:sgd".

    Parameters
    ----------
    optimizer
        Its name, in capitals or not, or an instance.
    rows
        Whether there are rows of data to step along, which "saga" and "svrg" need.

    Raises
    ------
    ValueError
        If there is no such optimizer, and the message names the nearest; or if a hyper-parameter
        of an instance is out of its range.

    Examples
    --------
    >>> by_name("momentum")
    Momentum(mu=0.9, rate_inside=False)
    >>> by_name("lookahead:sgd")
    Lookahead(optimizer=SGD(), k=5, alpha=0.5)
    """
    if not isinstance(optimizer, str):
        check(optimizer)
        if isinstance(optimizer, type) or not isinstance(optimizer, Optimizer):
            raise ValueError(
                f"optimizer={optimizer!r} is not an optimizer: give a name, such as 'adam', or an "
                "instance, such as descend.optimizers.Adam()"
            )
        if isinstance(optimizer, SAGA | SVRG) and not rows:
            refuse_without_rows(optimizer)
        return optimizer
    around, colon, inner = optimizer.partition(":")
    if colon:
        return _AROUND[_key(around, optimizer, _AROUND)](by_name(inner))
    key = _key(optimizer, optimizer, {**_TABLE, **_ALONG_ROWS, **_AROUND})
    if key in _AROUND:
        raise ValueError(f"optimizer={optimizer!r} goes around another: give '{optimizer}:sgd'")
    if key in _ALONG_ROWS:
        return by_name(_ALONG_ROWS[key], rows=rows)
    return _TABLE[key].optimizer


def _key(name: str, given: str, known: Mapping[str, object]) -> str:
    """Return the name as the table has it; hyphens, underscores and capitals do not matter."""
    key = name.lower().replace("_", "").replace("-", "")
    if key not in known:
        near = nearest(key, known)
        hint = f"There are {', '.join(known)}." if near is None else f"Did you mean {near!r}?"
        raise ValueError(f"there is no optimizer {given!r}. {hint}")
    return key


def names() -> tuple[str, ...]:
    """Return the names of all optimizers.

    Examples
    --------
    >>> "adam" in names()
    True
    """
    return tuple(_TABLE)


def innermost(optimizer: Optimizer) -> Optimizer:
    """Return what wrappers of the library's wrap.

    Examples
    --------
    >>> innermost(Averaged(Lookahead(SGD())))
    SGD()
    """
    while isinstance(optimizer, _WRAPPERS):
        optimizer = optimizer.optimizer
    return optimizer


def recommended_rate(optimizer: Optimizer) -> float:
    """Return the rate that an optimizer's paper recommends; a wrapper's is that of what it wraps.

    Raises
    ------
    ValueError
        For an optimizer from elsewhere: nobody recommends a rate for it.

    Examples
    --------
    >>> recommended_rate(Adam())
    0.001
    """
    kind = type(innermost(optimizer))
    if not has_recommended_rate(optimizer):
        raise ValueError(
            f"nobody recommends a learning rate for {kind.__name__}: give learning_rate="
        )
    return _RATES[kind]


def has_recommended_rate(optimizer: Optimizer) -> bool:
    """Say whether an optimizer is the library's, so that there is a paper that recommends a rate.

    Examples
    --------
    >>> has_recommended_rate(Averaged(Adam()))
    True
    """
    return type(innermost(optimizer)) in _RATES


def is_rate_free(optimizer: Optimizer) -> bool:
    """Say whether an optimizer finds its own learning rate: then the one given is a factor of it.

    A wrapper does if what it wraps does.

    Examples
    --------
    >>> is_rate_free(DoG()), is_rate_free(Averaged(DoG())), is_rate_free(Adam())
    (True, True, False)
    """
    return isinstance(innermost(optimizer), _RATE_FREE)


def climbs(optimizer: Optimizer) -> bool:
    """Say whether an optimizer takes steps up, which no line search would accept.

    Examples
    --------
    >>> climbs(SAM(Adam())), climbs(Averaged(SAM(SGD()))), climbs(Averaged(SGD()))
    (True, True, False)
    """
    if isinstance(optimizer, SAM):
        return True
    return isinstance(optimizer, _WRAPPERS) and climbs(optimizer.optimizer)
