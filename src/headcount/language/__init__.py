"""What people read about a refusal, in German and English. Codes come from below; sentences are only made here."""

from headcount.language.refusals import SENTENCES, sentence

__all__ = ["SENTENCES", "sentence"]
