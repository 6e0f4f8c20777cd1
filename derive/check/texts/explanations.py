"""The texts of findings about sources: what each means, why it matters, how to mend and silence it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding's own text; ``example`` shows the source and the finding."""

    name: str
    title: str
    what: str
    why: str
    example: str
    mend: str = ""

    def silence(self, code: str) -> str:
        """How an author answers the finding for good."""
        if code.startswith("D15"):
            return f'leave the file out of the paths, or set exclude = ["…"] or ignore = ["{code}"] in [tool.derive].'
        if code.startswith("D30"):
            return f'mend the directive, or set ignore = ["{code}"] in [tool.derive].'
        return (
            f"put <!-- derive: ignore {code} because … --> before the formula (% derive: ignore {code} because … in TeX), "
            f'or set ignore = ["{code}"] in [tool.derive].'
        )


READING: dict[str, Explanation] = {
    "D101": Explanation(
        "unreadable-formula",
        "A formula that is not read in full",
        "The formula holds something that the reader does not know, or that cannot stand where it stands. All of a "
        "formula is read, "
        "or none of it: nothing in this one was decided.",
        "A formula read in part could be called true because its false part was skipped.",
        r"$$ f(x) = \cdot x $$",
        "Write the formula with known notation, or report the notation as missing.",
    ),
    "D102": Explanation(
        "unknown-notation", "A macro or character that is not known",
        "The reader has no meaning for this macro or character at this place.",
        "A guess would be a formula the author did not write.",
        r"$$ x = \mymacro{y} $$",
        r"Define it in the page (\newcommand) or in [tool.derive.macros].",
    ),
    "D103": Explanation(
        "formula-too-long", "A formula longer than is read", "The formula is longer than the reader's limit.",
        "Reading must take a bounded time; a formula of this size is as a rule generated data.", "$$ x_1 + x_2 + … + x_{200000} $$ with every term written out",
        "Split the formula, or leave the file out.",
    ),
    "D104": Explanation(
        "macro-loop", "A macro that cannot be expanded", "A macro has no name, expands to itself, or expands to too much.",
        "TeX itself would stop here.", r"\newcommand{\a}{\a}",
    ),
    "D105": Explanation(
        "missing-argument", "A command without its argument",
        "A command such as \\frac or \\sqrt lacks an argument, or has an empty one.",
        "The formula is not complete.", r"$$ \frac{1} $$",
    ),
    "D106": Explanation(
        "unbalanced-brackets", "Brackets that do not match",
        "A bracket, brace or bar is never closed, was never opened, or is closed by another kind.",
        "What belongs to what can no longer be told. Intervals such as (0,1] are known.", r"$$ \pi(a\mid s Q(s,a) $$",
    ),
    "D107": Explanation(
        "nested-too-deeply", "A formula nested deeper than is read",
        "Brackets or fractions stand in one another beyond the reader's limit.",
        "Reading must take a bounded time.", r"$$ \sqrt{\sqrt{\sqrt{…}}} $$ with more than fifty brackets in one another",
    ),
    "D110": Explanation(
        "unclosed-delimiter",
        "A delimiter that nothing closes",
        "A $$, \\( or \\begin opens a formula and nothing closes it. Reading goes on at the next blank line.",
        "A site that renders the page shows the rest of it, or all of it up to the next $$, as one broken formula.",
        "$$\na = b\n\nText that the reader of the site will never see as text.",
        "Close the formula.",
    ),
    "D111": Explanation(
        "asterisk-for-underscore", "A formatter's asterisk where an underscore was",
        "A Markdown formatter took a pair of underscores for emphasis and wrote asterisks, or dropped one.",
        "The page shows a product where a subscript was meant.", r"$$ \sum*{i} x*i $$",
        "Put the underscore back; derive check --fix does it. Keep formatters away from formulas.",
    ),
    "D112": Explanation(
        "blackboard-zero", r"\mathbb{0} where \mathbb{E} was meant", "Text recognition and search-and-replace leave this.",
        "The page shows a double-struck zero.", r"$$ \mathbb{0}[G_t] $$", r"Write \mathbb{E}; derive check --fix does it.",
    ),
    "D113": Explanation(
        "dangling-script", "A subscript, superscript or sign without its base",
        "A script has nothing to stand on, is empty, or comes twice; or an operator has nothing before it.",
        "Something was lost here: TeX would stop, and sites show an error or a gap.", r"$$ V_{} = {}_\theta^ $$",
    ),
    "D114": Explanation(
        "missing-body", "A sum or product of nothing", "A sum or a product with its bounds stands directly before an equals sign.",
        "What is summed is missing, or the sign slipped in.", r"$$ G_t = \sum_{k=0}^H = \gamma^k r_{t+k+1} $$",
        "Take the sign out, or write what is summed.",
    ),
    "D150": Explanation(
        "missing-file", "A file that cannot be read", "The path names no file, or one that may not be read.",
        "A misspelt path in a build would otherwise check nothing and succeed.", "derive check dcos/page.md",
    ),
    "D151": Explanation(
        "binary-file", "A file that is not text", "The file holds NUL bytes, as images and archives do.",
        "Nothing in it can be checked.", "derive check figure.png",
    ),
    "D152": Explanation(
        "wrong-encoding", "A file that is not in UTF-8",
        "The file is in another encoding; the finding names the first offending byte.",
        "Guessing an encoding would misplace every finding after the guess, and misread Greek letters.", "derive check latin1.md",
        "Convert the file to UTF-8.",
    ),
    "D153": Explanation(
        "broken-notebook", "A notebook that is not valid JSON", "The .ipynb file cannot be read as a notebook.",
        "None of its formulas was checked.", "derive check half-written.ipynb",
    ),
    "D154": Explanation(
        "missing-input", "An included file that was not read",
        r"An \input or \include names a file that is missing, unreadable or includes itself.",
        "Its formulas, and the macros it defines, are missing from the check.", r"\input{chapters/grpo}",
    ),
    "D155": Explanation(
        "file-too-large", "A file larger than is read", "The file is larger than the reader's limit.",
        "Reading must take a bounded time; a file of this size is as a rule generated data, or a notebook with its outputs.",
        "derive check dump.md", "Split the file, clear the outputs of the notebook, or leave it out.",
    ),
    "D156": Explanation(
        "page-nested-too-deeply", "A page nested deeper than is read",
        "Lists or quotations stand in one another beyond the reader's limit; formulas below it are not read.",
        "Reading must take a bounded time, and what is not read must be told.",
        "> > > … a quotation in more than fifty others", "Take some of the lists apart.",
    ),
    "D301": Explanation(
        "unused-suppression", "A suppression that suppresses nothing",
        "A derive: ignore comment names a code that the next formula (for ignore-file: the page) does not have.",
        "It was needed once. Left in place it would hide the next mistake in that formula.",
        "<!-- derive: ignore D401 because the sign convention is the opposite one -->\n$$ 1 + 1 = 2 $$",
        "Remove the comment.",
    ),
    "D302": Explanation(
        "suppression-without-reason", "A suppression without a code or a reason",
        "A derive: ignore comment must name codes and say why.",
        "The next author has to know whether the reason still holds.",
        "<!-- derive: ignore D401 -->",
        "Write: derive: ignore D401 because …",
    ),
    "D303": Explanation(
        "unknown-directive", "A directive with an unknown verb",
        "The first word of a derive: comment is none that the checker knows.",
        "A misspelt directive would silently do nothing.", r"<!-- derive: asume \gamma = 1 -->",
    ),
    "D304": Explanation(
        "stale-baseline", "A known finding that is gone",
        "An entry of the baseline names a finding that its page no longer has: the formula was mended, changed or removed.",
        "Left in place the entry would hide the same mistake when it comes back.",
        '{"path": "docs/old.md", "code": "D401", "formula": "1 + 1 = 3"}',
        "Write the baseline again with --write-baseline.",
    ),
}  # fmt: skip
