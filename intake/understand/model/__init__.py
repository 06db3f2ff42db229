"""A small trained model for what words alone miss; where its packages are not installed, the rules read alone."""

from importlib.util import find_spec

from intake.understand.model.opinion import Opinions

__all__ = ["packaged_model"]


def packaged_model() -> Opinions | None:
    """The model that is trained for us, loaded when first asked; None where what it runs on is not installed."""
    if any(find_spec(name) is None for name in ("numpy", "tokenizers")):
        return None
    # Imported here: numpy and its tables cost memory that a desk without the model need not spend.
    from intake.understand.model.encoder import folder
    from intake.understand.model.heads import Model

    place = folder()
    return None if place is None else Model(place)
