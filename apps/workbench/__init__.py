"""The workbench: qualkit in the browser, for people who code and compare all day."""

__all__: list[str] = []
