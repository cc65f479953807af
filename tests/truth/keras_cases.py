def generate(a: int, b: int) -> list[str]: return []
