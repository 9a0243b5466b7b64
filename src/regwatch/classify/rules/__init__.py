"""The rules of the language classifier, as ordered tables that a maintainer can read and extend.

`table.RULES` is the whole, most specific first: words that one rule has taken are not seen by later ones. Every rule
carries one example and what it must yield; the tests run them all. No rule names a medicine, a company or a document.
"""
