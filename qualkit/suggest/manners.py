"""The manners of scikit-learn's estimators, kept without loading scikit-learn.

scikit-learn's own base class costs a program that only suggests codes 55 MB and half a second.
"""

from __future__ import annotations

import inspect
from typing import Any, Self

from qualkit.errors import OptionError

__all__ = ["Estimator"]


class Estimator:
    """Parameters are those of ``__init__``, kept under their names; ``sklearn.base.clone`` works.

    Example:
        >>> class Cook(Estimator):
        ...     def __init__(self, *, salt: float = 1.0) -> None:
        ...         self.salt = salt
        >>> Cook().set_params(salt=2.0)
        Cook(salt=2.0)
    """

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name; none of them is an estimator, so ``deep`` adds none."""
        del deep
        return {name: getattr(self, name) for name in sorted(_parameters(type(self)))}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name and return the estimator itself.

        Raises:
            OptionError: there is no such parameter.
        """
        known = _parameters(type(self))
        for name, value in params.items():
            if name not in known:
                what = f"{type(self).__name__} has no parameter {name!r}"
                raise OptionError(what, where=name, remedy=f"it has {', '.join(sorted(known))}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Return the class with the parameters that are not as they come."""
        usual = _parameters(type(self))
        changed = {name: one for name, one in self.get_params().items() if one != usual[name]}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in changed.items())})"

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn asks of every estimator before it works with it."""
        from sklearn.utils import Tags, TargetTags  # noqa: PLC0415 - slow to load

        target = TargetTags(required=False)
        return Tags(
            estimator_type=None,
            target_tags=target,
            transformer_tags=None,
            classifier_tags=None,
            regressor_tags=None,
        )


def _parameters(kind: type[Estimator]) -> dict[str, Any]:
    """Return the parameters of a class with what they are when nothing is said."""
    signature = inspect.signature(kind.__init__)
    return {
        name: one.default
        for name, one in signature.parameters.items()
        if name != "self" and one.kind != inspect.Parameter.VAR_KEYWORD
    }
