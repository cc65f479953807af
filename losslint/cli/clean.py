"""`losslint clean`: delete the cache."""

from losslint.cli.declared import NoOptions
from losslint.cli.options import fail
from losslint.files.cache_folder import clean
from losslint.report.summary import plural


def clean_command(_: NoOptions) -> None:
    """Delete the cache.

    Nothing but files that losslint made; a folder that it has not marked as its own is left alone.

    Examples: losslint clean | LOSSLINT_CACHE_DIR=.cache/losslint losslint clean
    """
    cleaned = clean()
    if cleaned.problem is not None:
        fail(cleaned.problem)
    if not cleaned.files:
        print(f"There is no cache in {cleaned.folder}" if cleaned.folder else "There is no cache")
        return
    print(
        f"Deleted {plural(cleaned.files, 'file')} ({cleaned.size / 1e6:.1f} MB) in {cleaned.folder}"
    )
