"""The one way this package says no."""

from headcount.runtime.texts import TEXTS, Explanation


class RuntimeRefusal(Exception):
    """Something about this machine keeps Headcount from working; it says what, and what to do about it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def explain(self, language: str = "en") -> Explanation:
        """Message and advice in that language, or in English where we do not speak it."""
        texts = TEXTS[self.code]
        message, advice = texts.get(language, texts["en"])
        return Explanation(message.format(**self.details), advice.format(**self.details))

    @property
    def message(self) -> str:
        return self.explain().message

    @property
    def advice(self) -> str:
        return self.explain().advice

    def __str__(self) -> str:
        return "\n".join(self.explain())
