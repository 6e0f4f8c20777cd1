"""Cue words: what the words before a formula say that it is.  Data only; longer phrases are listed before their beginnings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.page.words.role_names import (
    AIM,
    ALTERNATIVE,
    CLAIM,
    CONDITION,
    DEFINITION,
    INSTANCE,
    PREMISE,
    QUOTATION,
    RANGE,
    UPDATE,
)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words and the role of the formula that they lead to; ``near`` cues count in their own clause, ``inline`` ones in a sentence only.

    ``follows`` where the words say that the formula follows from what stands before it, ``lasts`` that it holds from there on,
    ``same`` that it says the same in other words, or what holds of a thing that is known,
    ``claims`` that it holds, and no reason for something else,
    ``own`` that it is of the first formula behind them that something is said; behind ``noun`` cues stand names of things: what those
    are is not of their clause.
    """

    role: str
    words: str
    near: bool = False
    inline: bool = False
    follows: bool = False
    lasts: bool = False
    same: bool = False
    own: bool = False
    noun: bool = False
    claims: bool = False

    @property
    def phrases(self) -> tuple[str, ...]:
        """The phrases, one by one."""
        return tuple(part.strip() for part in self.words.split(";"))


CUES: tuple[Cue, ...] = (
    Cue(
        CLAIM,
        "then; hence; thus; therefore; so that we; consequently; it follows; follows that; we get; we obtain; gives us; we find; implies; implying;"
        " which means; this means; yields; leads to; results in; unrolling; unrolled; unrolls to; closed form;"
        " is solved by; are solved by; taking logarithms; taking logs;"
        " taking the logarithm; taking the log; taking expectations;"
        " conversely; inverting; inverted; taking the expectation; taking gradients; taking the gradient; taking derivatives; taking the derivative;"
        " rearranging; rearranged",
        follows=True,
    ),
    Cue(
        CLAIM,
        "can be written; may be written; could be written; can also be written; written out; can be expressed; is expressed;"
        " equals; is equal to; is the same as; simplifies to; reduces to; can be rewritten; rewrite; in other words; that is;"
        " expands to; evaluates to;"
        " is computed; can be computed; equivalently",
        follows=True,
        same=True,
    ),
    Cue(CLAIM, "satisfies; satisfy; obeys; obey; fulfils; fulfills; recursively", same=True),
    Cue(
        CLAIM,
        "inequality gives; inequality states; inequality says; inequality yields; inequality reads;"
        " theorem gives; theorem states; theorem says; lemma gives; lemma states; we have; we see that; it holds; becomes;"
        " we can write; recall that; note that; notice that; observe that; we know that",
        claims=True,
    ),
    Cue(CLAIM, "because; since; by definition"),
    Cue(CLAIM, "那么; 因此; 所以; 于是; 得到; 可得; 则; 推出; 从而; 故", follows=True),
    Cue(CLAIM, "即; 也就是; 等于; 化简为; 改写为; 等价于", follows=True, same=True),
    Cue(CLAIM, "满足", same=True),
    Cue(CLAIM, "有; 变为; 注意到", claims=True),
    Cue(CLAIM, "因为; 由于; 按定义; 由定义"),
    Cue(
        DEFINITION,
        "define; defined as; defined by; is defined; definition; denote; denoted by; denotes; we write; written as; write; called; is called;"
        " introduce; notation; shorthand; short for; abbreviation; stands for; refer to; where; here; parameterized as; parameterised as;"
        " parametrized by; given by; is given as; model; initialize; initialise; initial; computes; outputs",
        near=True,
    ),
    Cue(DEFINITION, "set; setting; choose; choosing; take; taking; with; writing", near=True, own=True),
    Cue(DEFINITION, "let; 令", near=True, lasts=True),
    Cue(DEFINITION, "定义为; 定义; 记作; 记为; 记; 其中; 取; 称为; 写作; 表示为; 初始化", near=True),
    Cue(
        PREMISE,
        "assume; assumes; assuming; assumption; suppose; supposing; given that; hypothesis; provided that; provided; consider the case;"
        " in the case; special case; restrict; under the condition",
    ),
    Cue(PREMISE, "假设; 假定; 设; 给定; 前提"),
    Cue(PREMISE, "throughout; in what follows; henceforth; hereafter; from now on; from here on; 全文; 本文; 下文"),
    Cue(
        CONDITION,
        "if; when; whenever; unless; such that; subject to; until; as long as; as soon as; in case; iff; only if; otherwise",
        near=True,
    ),
    Cue(CONDITION, "若; 如果; 当; 使得; 满足条件; 除非; 直到", near=True),
    Cue(CONDITION, "while; once", near=True, inline=True),
    Cue(CONDITION, "for; for all; for any; for every; case; on; at", near=True, inline=True, noun=True),
    Cue(CONDITION, "对于; 对任意", near=True, inline=True),
    Cue(
        UPDATE,
        "update; updates; updated; update rule; updating; assign; increment; replace; step is; iterate; iteration",
        near=True,
    ),
    Cue(UPDATE, "更新; 赋值; 迭代", near=True),
    Cue(
        ALTERNATIVE, "or; alternatively; either; versus; instead of; rather than; another choice; one choice; options", near=True
    ),
    Cue(ALTERNATIVE, "或者; 或; 要么; 而不是", near=True),
    Cue(INSTANCE, "for example; for instance; e.g.; example; suppose we have; imagine"),
    Cue(INSTANCE, "例如; 比如; 举例; 假如"),
    Cue(
        RANGE,
        "around; near; about; close to; in the neighbourhood of; in the neighborhood of; in a neighbourhood of; in a neighborhood of;"
        " in the vicinity of; expanded at; expanding at; expansion at",
        near=True,
        inline=True,
    ),
    Cue(
        QUOTATION,
        "true or false; incorrect; incorrectly; wrong; wrongly; mistake; mistaken; mistakenly; erroneous; naive; naively; not true;"
        " does not hold; do not hold; counterexample; common error; frequent error; typical error; pitfall; fallacy;"
        " misconception; tempting; tempted to;"
        " one might think; one might write; might expect; buggy; bug; bugs; typo; typos; common slip; frequent slip; typical slip; confuse;"
        " confused with; pretend; pretends; pretending; had we; forgot; forgotten; before the fix; does not follow; not follow that; other texts;"
        " other books; other papers; student claims; student writes; student claimed; student wrote; students claim;"
        " colleague claims; colleague claimed;"
        " earlier version; previous version; old version; erratum; errata; typo in; answered; destroys; destroy; we lose; violates;"
        " violate; myth; myths;"
        " off-by-one version; multiple choice; struck out; absurd",
    ),
    Cue(QUOTATION, "错误; 误以为; 不成立; 反例; 误写"),
    Cue(
        AIM,
        "want; wants; would like; goal; objective is to; aim; desire; desired; need; needs; require; requires; required; must; should; hope;"
        " enforce; constraint; constraints; constrained; solve; solving; find; finding; seek; match; matching; try; trying; ideally",
    ),
    Cue(AIM, "希望; 想要; 目标是; 目标在于; 需要; 必须; 应该; 约束; 求解; 寻找; 匹配"),
)

#: Words that say under what a formula holds and that no formula says: a claim behind them is not held against them.
QUALIFIERS = (
    "some authors; other authors; others; some texts; some papers; some books; in others; in some; many authors; certain authors;"
    " independent; independently; uncorrelated; disjoint; mutually exclusive; orthogonal; orthonormal; symmetric; convex; concave;"
    " deterministic world; deterministic environment; deterministic environments; deterministic transitions; deterministic dynamics;"
    " deterministic mdp; deterministic mdps; deterministic system; deterministic case; deterministic setting; undiscounted; without discounting;"
    " no discounting; not discounted; without discount; up to a; up to an; up to additive; up to constants; up to scaling; asymptotically; ignoring;"
    " neglecting; dropping; omitting; cost convention; expected cost; minimizing cost; minimising cost; minimizing costs; minimising costs;"
    " projection; idempotent; stationary; steady state; steady-state; i.i.d.; iid; identically distributed; zero mean; zero-mean; unit norm;"
    " unit vector; unit vectors; average reward; average-reward; contextual bandit; contextual bandits; in a bandit;"
    " mean zero; unit length; same sign; opposite sign; permutation; single action; single state; one action; one state;"
    " only state; same state; self-loop; self loop; self-loops; lead back; leads back;"
    " loops back; independent of the action; §-greedy; greedy with respect to; greedy for; one-state; single-state; one-action;"
    " single-action; deterministic policy; minimiser;"
    " minimizer; maximiser; maximizer; stationary point; critical point; parallel; almost surely; golden ratio; commute;"
    " discount is zero; discount is 0; zero discount; discount factor is zero; discount factor is 0; diagonal; triangular; commuting; somewhere;"
    " in some state; for some state; for at least one; is certain; skew-symmetric; antisymmetric; doubly stochastic;"
    " linearly dependent; is even; is odd; even number; odd number; divisible; involution;"
    " minimise costs; minimize costs; costs are minimised; costs are minimized; smallest cost; lowest cost; minimal cost; minimum cost;"
    " for large; sufficiently large; large enough; small enough;"
    " one-step problem; uniform policy; greedy policy; without the factor; without a factor; without the half;"
    " without the 1/2; without the constant; without the one half; log space;"
    " except for the; except the; apart from the; horizon is one; horizon of one; infinitely long;"
    " two dimensions; three dimensions; one dimension; two-dimensional; three-dimensional; one-dimensional;"
    " two-player; zero-sum; held fixed; as fixed; as constant; coincide; coincides; drawn separately; different random seeds; different seeds;"
    " terminal; absorbing; sparse; sparse-reward; sparse reward; ends after; end after; terminates after; terminate after; two-step problem;"
    " two-step episode; two-step trajectory; after two steps;"
    " independence; indep.; orthogonality; symmetry; exclude each other; exclude one another; cannot both; cannot occur together; do not influence;"
    " does not influence; rolled twice; tossed twice; takes the values; take the values; bernoulli; binary; boolean;"
    " logical; bits; zero or one; zero-one; 0/1; 0-1;"
    " does not vary; do not vary; degenerate; only one value; values in; -valued; never negative; nonnegative; non-negative; separate samples;"
    " separate batches; separately; tells nothing; two seeds; equality; evaluated at; evaluates at; at the old parameters; at the current parameters;"
    " at the old policy; centred; centered;"
    " centering; centring; coin flip; coin flips; a coin; is a constant; coded as; can only be; semi-gradient; semigradient; semi-gradients; ignores;"
    " single step; single-step; last step; myopic; only one state; one state; end of an episode; end of the episode; in the limit; both positive;"
    " all positive; is greedy; floating point; floating-point; float arithmetic; machine precision; double precision;"
    " no next state; length one; lasts one step; last one step; one step long; only one step; one step only; just one step;"
    " after one step; of one step; for one step; has one step; have one step; with one step; complete episode; horizon one;"
    " transitions are deterministic; dynamics are deterministic;"
    " environment is deterministic; state does not change; state never changes; at the end only; only at the end; except at the; except for the;"
    " only the final; only the last; at the last token; at the final token; at the end of the sequence; at the end of the response;"
    " intermediate rewards; outcome reward; outcome rewards; identical rewards; equal rewards; same reward; has left; have left; reversible;"
    " detailed balance; policy equals; policies agree; changes nothing; no longer changes;"
    " 独立; 不相关; 互斥; 正交; 对称; 凸; 确定性环境; 确定性转移; 无折扣; 不折扣; 忽略; 省略; 平稳; 零均值; 同分布"
)
#: Those of them that speak of chances: of letters that stand for numbers they say nothing.
OF_CHANCES = (
    "independent; independence; indep.; independently; uncorrelated; mutually exclusive; i.i.d.; iid; identically distributed;"
    " 独立; 不相关; 互斥; 同分布"
)
#: Those of them that hold where there is one action, and where there is one state.
OF_ONE_ACTION = (
    "deterministic policy; uniform policy; greedy policy; is greedy; §-greedy; greedy with respect to; greedy for; single action;"
    " one action; one-action; single-action; 确定性策略"
)
OF_ONE_STATE = "only state; stationary; stationary policy; steady state; steady-state; single state; one state; only one state; one-state; single-state; 平稳"
#: Words by which there is more than one of what is spoken of.
SEVERAL = re.compile(
    r"\b(?:more than one|at least two|several|two or more|distinct|strictly|unless|non-?trivial)\b", re.IGNORECASE
)
#: Those of them that say nothing of one number alone, whatever it is.
OF_SEVERAL = (
    "symmetric; symmetry; antisymmetric; skew-symmetric; convex; concave; orthogonal; orthogonality; orthonormal; linearly dependent; commute;"
    " doubly stochastic; stationary; steady state; steady-state; is even; is odd; sparse; sparse-reward; sparse reward; is greedy; greedy policy;"
    " uniform policy; deterministic policy; deterministic environment; deterministic environments; deterministic transitions;"
    " deterministic dynamics; average reward; average-reward; contextual bandit; contextual bandits; in a bandit; two-player; separate samples;"
    " separate batches; separately; drawn separately; 正交; 对称; 凸; 平稳; 确定性环境; 确定性转移"
)
#: Those of them that say what numbers something may be: none below 0, 0 or 1.
NONNEGATIVE = "never negative; nonnegative; non-negative; both positive; all positive"
BINARY = "binary; boolean; logical; bits; bernoulli; zero or one; zero-one; 0/1; 0-1; coin flip; coin flips; a coin"
#: Words that say which norm the sign of one without a subscript is.
NORMS_IN_WORDS = "supremum norm; sup norm; sup-norm; max norm; max-norm; maximum norm; infinity norm; 1-norm; one-norm; l1 norm; l1-norm; manhattan norm"
#: Words for what a name may be like, of which no formula is made: what is said of such a name may hold for it.
PROPERTIES = (
    "standard normal; gaussian; normally distributed; exponentially; unit variance; bounded by;"
    " binary; indicator; bernoulli; geometric; poisson; exponential; binomial; rademacher; diagonal; triangular; constant; monotone; increasing;"
    " decreasing; even; odd; deterministic; greedy; stationary; unbiased; degenerate; one-hot; standardised; standardized; centred; centered;"
    " contraction; sparse; nested; disjoint; identical; perpendicular; collinear; parallel; convex; concave; lipschitz; stochastic matrix;"
    " copies; copy; normalised; normalized; doubly stochastic; nilpotent; homogeneous; additive; periodic; symmetric about;"
    " uniform on; uniform over; uniformly distributed;"
    " 单调; 递增; 递减; 偶; 奇; 确定性; 贪心; 平稳; 无偏; 退化; 对角; 凸; 凹; 常数; 伯努利; 指示"
)
#: Words by which a number is found that solves an equation of their sentence.
FOUND = re.compile(
    r"\b(?:solutions?|roots?|zeros?|solved by|we (?:get|obtain|find|have)|gives?|yields?|so|hence|thus|therefore|then)\b|得|解|根",
    re.IGNORECASE,
)
#: Words behind a formula by which it is said where a letter tends.
AT_A_POINT = re.compile(r"\W*(?:as|when|whenever|if|for|near|around|at|where|with)\b|\W*[当若在]", re.IGNORECASE)
#: Words by which what was said of a name is said once more.
ANOTHER_WAY = re.compile(r"\b(?:another|other|different|second) (?:way|form)\b|换一种|另一种写法", re.IGNORECASE)
#: Words by which a step goes up or down, and those by which its sign may be another one's.
UPHILL = re.compile(r"\b(?:gradient[- ]ascent|uphill|ascends?|ascending)\b|梯度上升", re.IGNORECASE)
DOWNHILL = re.compile(r"\b(?:gradient[- ]descent|downhill|descends?|descending)\b|梯度下降", re.IGNORECASE)
OTHERWISE_SIGNED = re.compile(
    r"\b(?:negative|negated?|minus|signs?|instead|opposite|reversed?|rather|not|would|unlike|equivalent(?:ly)?|same as)\b|负|符号|而不是",
    re.IGNORECASE,
)
#: Words by which a formula is said of more than the numbers of an example.
IN_GENERAL = "in general; generally; otherwise; for every; for all; for any; for each; for general; in any case; 一般地; 一般情况下; 否则; 对任意; 对所有"
#: Words by which something is supposed on a whole page, behind its headings too.
EVERYWHERE = re.compile(
    r"\b(?:throughout(?! (?:this|the) (?:section|subsection|proof|example))|in this (?:note|paper|post|chapter|page|article|appendix|thesis)|"
    r"in this (?:part|section)|there is only|"
    r"in (?:all|every|each)(?: of)?(?: our| the| its)? (?:experiments?|examples?|sections?|chapters?|runs?|exercises?)|"
    r"henceforth|hereafter|from (?:now|here) on)\b|全文|本文",
    re.IGNORECASE,
)
#: Words by which what the sentence before supposes is supposed once more.
THERE = re.compile(
    r"\b(?:at|for|with) (?:this|that|these|those) (?:point|value|choice|step|place|number|parameter)s?\b|\bwith it\b|此时",
    re.IGNORECASE,
)
#: A condition of which no formula is made, in the sentence before what is said under it.
UNDER_WORDS = re.compile(
    r"(?:^|[.;:]\s*)\W*(?:if|when|whenever|suppose|assume|provided|where|once)\b[^§.;:]*,\s*(?:then|we have|one has|it holds that)?\s*$"
    r"|\bfor (?:it|this|such|these|that)\b[^§.;]*$|^\W*(?:若|如果|当)[^§]*[,，]\s*(?:则|那么)?$",
    re.IGNORECASE,
)
#: Words before what would be so otherwise.
SUPPOSED_WRONG = re.compile(
    r"\b(?:would|instead of|rather than|not what|unlike|had (?:we|one)|if (?:we|one))\b|若|而不是", re.IGNORECASE
)
#: Words that say of something that it meets an equation.
MET = re.compile(
    r"\b(?:satisf(?:y|ies|ied|ying)|sol(?:ves?|ved|ving|utions?)|fulfil\w*|obeys?|fixed points?)\b|满足|解", re.IGNORECASE
)
#: Words by which it is said whatever was supposed before.
AT_LARGE = "in general; generally; general case; otherwise; in any case; whatever; regardless; 一般地; 一般情况下; 否则; 无论"
#: Words before a formula by which what its page has supposed does not hold for it, or need not.
OPPOSITE = (
    "otherwise; else; all other; any other; opposite case; other case; not the case; regardless; whether; without the assumption;"
    " without the condition; without the requirement; without assuming; dropping; need not; not necessarily; false that; violated; no longer;"
    " even for; even if; even when; in fact for; 否则; 无论; 不论; 即使"
)
#: Words about mistakes, beside the cues of what is quoted.
OF_MISTAKES = re.compile(
    r"\b(?:slips?|slipped|flaw(?:s|ed)?|false|untrue|misprint(?:s|ed)?|spoil(?:ed|t)|not (?:quite )?(?:right|correct|valid|true)|"
    r"(?:an|one|two|some) errors?(?! (?:of|term|bound))|errors(?= in th[ei]))\b|[❌✗✘]|有误|错",
    re.IGNORECASE,
)
#: Words behind a formula that deny it, or answer no to it.
DENYING = (
    r"^[\s,;:.)\"”’—–-]*(?:for (?:all|any|every) §[\s\"”’]*)?(?:is|are|was)\s+"
    r"(?:false|wrong|incorrect|invalid|untrue|absurd|not\s+(?:true|correct|valid|right))"
    r"|^\s*[—–-]+\s*(?:false|wrong|no)\b|^[\s,;:.)]*characteri[sz]es?\b"
    r"|^[\s,;:.)]*(?:does|do|need|would|will|can|could)\s+not\s+(?:hold|imply|follow)|^[\s,;:.)]*(?:fails?|breaks?|broke)\b"
    r"|^[\s,;:.]*(?:\(|←|<-|\[|【|（)\s*(?:wrong|false|incorrect|mistaken|no|F|错)\b|^\s*[❌✗✘]"
    r"|^[\s,;:.)]*(?:is|are|was)\s+(?:an?|the)\s+(?:\w+\s+){0,2}(?:errors?|mistakes?|slips?|myths?|misconceptions?|fallac\w+|pitfalls?)\b"
    r"|^[\s,;:.)]*(?:would require|requires|needs?|is not (?:an?|available|what)|would be|were|is equivalent to|holds only|holds iff|"
    r"holds exactly)\b"
    r"|^[\s,;:.)]*(?:this )?has (?:since )?been corrected|^\s*\?|^[\s,;:.)]*(?:是错误的|不成立|是错的)"
)
#: Words of a sentence by which a formula in it may hold for some things only, be no claim, or be meant loosely.
HEDGES = (
    "if; when; whenever; where; with; for; under; unless; while; in case; case; cases; assume; assumes; assuming; assumption; suppose; supposing; "
    "given; provided; let; consider; considering; example; instance; imagine; could; would; might; may; should; can; want; need; instead; rather; "
    "not; no; never; only; approximately; approximate; roughly; estimate; estimated; estimator; sample; sampled; simply; just; usually; often; "
    "ignore; ignoring; drop; dropping; omit; omitting; replace; replacing; define; defined; denote; denotes; call; called; set; setting; choose; "
    "initial; until; at; in; on; as; by; or; without; 如果; 若; 当; 假设; 假定; 对于; 在; 设; 令; 例如; "
    "比如; 近似; 估计; 忽略; 不; 可以; 定义; 记; 取; 其中; 或"
)
#: What a text supposes in words, and the words: that it discounts nothing, that random variables are independent.
UNDISCOUNTED, INDEPENDENT, COSTS = "nothing is discounted", "independent", "values are of costs, which are minimised"
HELLINGER = "a Hellinger distance is meant"
DETERMINISTIC, AT_END_ALONE = "what follows an action is certain", "rewards come at the end alone"
UNIT_SUM, BASE_TWO, BASE_TEN = "weights sum to one", "logarithms are to base 2", "logarithms are to base 10"
SUPPOSING = {
    HELLINGER: "hellinger",
    DETERMINISTIC: "environment is deterministic; environments are deterministic; dynamics are deterministic; transitions are deterministic;"
    " transition is deterministic; world is deterministic; deterministic environment; deterministic environments; deterministic dynamics;"
    " deterministic transitions; deterministic transition;"
    " deterministic world; deterministic mdp; deterministic system; deterministically; with certainty; reached from; token appended;"
    " 确定性环境; 环境是确定的; 转移是确定的",
    AT_END_ALONE: "only at the end; at the end only; only given at the end; only received at the end; only paid at the end; only comes at the end;"
    " only reward is at the end; reward is zero until; rewards are zero until; no reward until; terminal reward; terminal rewards; 只在结束时; 终止奖励",
    UNIT_SUM: "sum to one; sum to 1; sums to one; sums to 1; add up to one; add up to 1; adds up to one; adds up to 1; normalised; normalized; simplex;"
    " mixed strategy; mixed strategies; probabilities; probability vector; softmax; attention weights; convex combination; belief; 之和为 1; 之和为1;"
    " 和为 1; 和为1; 归一化; 单纯形; 概率向量",
    BASE_TWO: "to base 2; to the base 2; base two; base-2; base 2; binary logarithm; binary logarithms; log_2; in bits; 以 2 为底; 以2为底",
    BASE_TEN: "to base 10; to the base 10; base ten; base-10; base 10; decimal logarithm; decimal logarithms; common logarithm; common logarithms;"
    " 以 10 为底; 以10为底; 常用对数",
    UNDISCOUNTED: "undiscounted; not discount; no discount; without discount; without a discount; drop the discount; drop discounting;"
    " do not discount; does not discount; omit the discount; omits the discount; leave out the discount; leaves out the discount;"
    " drops the discount; discount is dropped;"
    " discount is omitted; discounting is omitted; discount factor is one; discount is one; discount factor is 1; discount is 1;"
    " discount factor equals one; discount of one; discount of 1;"
    " discount factor to one; discount to one; discount factor to 1; discount to 1; discount is set to one; discount is set to 1;"
    " discount factor equals 1; no need for a discount; no need to discount; count in full; counts in full;"
    " rewards count alike; rewards count equally; gamma equals one; gamma is one; 不考虑折扣; 无折扣; 不折扣; 不打折",
    COSTS: "minimise costs; costs are minimised; costs are minimized; minimize costs; minimises costs;"
    " minimizes costs; minimising costs; minimizing costs; minimise the cost; minimize the cost;"
    " minimises the cost; minimizes the cost; minimise the total cost; minimize the total cost; costs are minimised;"
    " costs are minimized; cost convention;"
    " minimise a cost; minimize a cost; minimises a cost; minimizes a cost; minimise losses; minimize losses; pays a loss; incurs a loss; suffers a loss;"
    " losses are minimised; losses are minimized; total loss; smaller is better; less is better; sum of penalties; total penalty; controller minimises it;"
    " controller minimizes it; agent minimises it; agent minimizes it; who minimises; who minimizes; adversary; opponent moves;"
    " minimise the reward; minimize the reward;"
    " minimise the expected cost; minimize the expected cost; minimise the expected discounted cost; minimize the expected discounted cost;"
    " minimises the expected discounted cost; minimizes the expected discounted cost; minimises expected cost; minimizes expected cost; cost-to-go;"
    " denotes a cost; denotes the cost; denote a cost; denote the cost; denote costs; be a cost; be the cost; be costs;"
    " be the costs; is a cost; is the cost;"
    " are costs; are the costs; stage cost; stage costs; cost function; immediate cost; one-step cost; per-step cost; step costs;"
    " smallest expected cost; smallest cost; lowest cost; minimal cost; minimum cost; cost minimisation; cost minimization; pay a cost; pays a cost;"
    " pay the cost; pays the cost; incur a cost; incurs a cost; incurs the cost; costs instead of; costs rather than;"
    " costs in place of; losses instead of;"
    " losses in place of; in place of rewards; instead of rewards; discounted costs; expected costs; discounted cost; total cost; cost formulation;"
    " cost setting; shortest path; shortest-path; minimising opponent; minimizing opponent; minimising player; minimizing player;"
    " 代价最小; 最小化代价; 最小化成本",
    INDEPENDENT: "independent; independence; indep.; rolled twice; tossed twice; two rolls; two tosses; uncorrelated; i.i.d.; iid; separate samples;"
    " separate batches; drawn separately; separately; tells nothing; two seeds; 独立; 不相关",
}
#: The ends of sentences in plain words, and words of a sentence that speaks of a case, the first where it begins so.
SENTENCES = re.compile(r"[.!?。！？](?=\s|$)| ; ")
NATURAL = re.compile(r"\b(?:natural logarithms?|nats)\b|自然对数")
REWARDED = re.compile(r"(?<!instead of )(?<!in place of )(?<!rather than )(?<!negative )(?<!negated )\brewards?\b|奖励")
QUESTION = re.compile(r"[^.!?。！？]*[?？]")
IN_A_CASE = re.compile(r"\W*(?:(?:if|when|whenever|unless)\b|(?:若|如果|当))", re.IGNORECASE)
PASSING_CASE = re.compile(r"\b(?:if|when|whenever|unless|were|would|instead(?! of))\b|若|如果|当")
#: Words by which the numbers of an example are others than they were.
VARIED = re.compile(
    r"\b(?:instead|now|then|again|another|other|different\w*|chang\w+|larger|smaller|higher|lower|bigger|greater|less|more|new"
    r"|next(?! (?:action|state|reward|token|value))|second|third|"
    r"without|correct\w*|increas\w+|decreas\w+|rais\w+|replac\w+|vari\w+|alternative\w*|after)\b|另|换|改|变|更|新|第二|第三|之后|现在",
    re.IGNORECASE,
)
#: Words before what solves the equations that stand before it.
SOLVING = re.compile(
    r"\b(?:(?:solv|substitut|eliminat|insert|plugg)ing|insert|substitute|plug)\b[^§]*,?\s*$|\bthe solutions? (?:is|are)\s*$|"
    r"\b(?:so(?: that)?|giv(?:es|ing)|leads to|resulting in)\s*$|解得|解出|代入得",
    re.IGNORECASE,
)
#: Words by which numbers come one after another, or are of several cases: a quantity has more than one.
IN_TURN = re.compile(
    r"\b(?:start|initial|iterat|sweep|updat|backup|round|episode|trajector|polic|in turn|one after|one by one|first|second|third|"
    r"final|step|again|repeat"
    r"|case|instead|otherwise|example|chang|mov|doubl|halv)\w*|\b(?:if|when|whenever|suppos\w+|assum\w+|what|with|for|from|on|off|under|now|another"
    r"|others?|next|larger|smaller|higher|lower|without|at|new)\b|起始|初始|迭代|更新|轮|回合|轨迹|策略|依次|第一|第二|步",
    re.IGNORECASE,
)
#: Words by which nothing comes after a step: no value is left to follow.
AT_THE_END = re.compile(
    r"(?<!non-)(?<!non)(?<!not )\b(?:terminal|absorbing|(?:episodes?|games?|it) (?:ends?|is over|has ended|terminates?)|last step)\b|终止|结束",
    re.IGNORECASE,
)
#: Words in the title of a section whose conventions are those of the page.
NOTATION = re.compile(
    r"\b(?:notations?|conventions?|preliminar\w+|set-?up|settings?|background|definitions?|terminology|symbols?)\b|记号|约定|符号|预备|设定",
    re.IGNORECASE,
)
#: Words behind a reward by which all that come after it are the number that follows.
FOR_EVER = re.compile(
    r"\bfollowed by (?:an? )?(?:infinitely long |infinite|endless|unending|never-ending|infinitely many)\s*"
    r"(?:sequence|series|stream|string|run|number)?(?: of)?(?: rewards)?(?: of| that are(?: all)?| equal to)?\s*$"
    r"|之后(?:的奖励)?(?:全部?|都|一直|永远)(?:是|为)\s*$",
    re.IGNORECASE,
)
#: Words by which a number is of another episode, group or run than the one that was spoken of.
ANOTHER_CASE = re.compile(
    r"\b(?:another|other|second|third|different) (?:\w+ )?(?:episode|group|run|sample|trajectory|prompt|example|batch)s?\b|另一",
    re.IGNORECASE,
)
#: The title of a section that answers the one before it.
ANSWER = re.compile(
    r"^\W*(?:a|ans|(?:model |sample )?(?:answers?|solutions?)(?: (?:to|of) .*)?|解答?|答案?|解析)(?: [\d.]+)?\W*$", re.IGNORECASE
)
#: Words by which what is said is so in some texts, and not in others.
IN_SOME = re.compile(
    r"\b(?:some|many|most|other|certain|several) (?:authors|texts|papers|books|people|writers|communities)\b|\bothers\b|有些(?:书|文献|作者)",
    re.IGNORECASE,
)
#: Words by which a name with a prime is what the one without comes to.
BECOMES = re.compile(
    r"\b(?:becomes|changes (?:in)?to|turns into|is now|is then|updated|new)\s*$|变为\s*$|变成\s*$", re.IGNORECASE
)
#: Words behind a formula that leave something out, or put something in another's place.
LEFT_OUT = re.compile(
    r"^[\s,(]*(?:here|but|taken|written|defined|again)?\s*(?P<word>(?:without|ignoring|dropping|omitting|except for|apart from|up to)\s+"
    r"(?:(?:the|a|any|its)\s+)?(?:[\w-]+\s+){0,2}?(?:factors?|half|constants?|squares?|weights?|terms?|normali[sz]ations?|root))"
    r"|^[^.;]{0,30}\b(?P<instead>in (?:the )?place of)\b",
    re.IGNORECASE,
)
#: Words that say for what an equation is solved, or which one is put into which.
SOLVING_FOR = re.compile(
    r"\bsolv\w+\s+(?:it |this |them )?for\b"
    r"|\b(?:insert|substitut|plug)\w*\s+(?:in\s+)?(?:the\s+)?(?:first|second|third|last|other|former|latter)(?:\s+(?:equation|one|line))?"
    r"(?:\s+(?:in|into)\s+the\s+(?:first|second|third|last|other|former|latter)(?:\s+(?:equation|one|line))?)?",
    re.IGNORECASE,
)
#: Words by which a formula says what is defined before it, in the case that formulas say.
THIS_IS = re.compile(r"(?:^|§)\W*(?:then\s+)?(?:this|it)\s+(?:is|equals|becomes|reads)\s*(?:just|simply)?\W*$", re.IGNORECASE)
#: Words behind which stands what a letter of the equation before comes to.
SOLVED_FOR = re.compile(
    r"\b(?:solv(?:e|es|ing|ed)\s+(?:it\s+|this\s+|that\s+|which\s+)?for|isolat(?:e|ing))\s+(?:§|the\s+\w+)\W*(?:[\w ]{0,20})$"
    r"|\bsolving(?:\s+(?:gives|yields|it|this))*\W*$"
    r"|解出.{0,6}$|解得.{0,3}$",
    re.IGNORECASE,
)
#: Words behind which stands what an equation before it gives.
OF_A_CONDITION = re.compile(
    r"\b(?:conditions?|constraints?|equations?|equality)\b[^.;]{0,40}§\W*(?:then\s+)?(?:gives|yields|so that|hence|thus|therefore)\W*$",
    re.IGNORECASE,
)
#: Words behind which stands where a recursion stays.
FIXED_POINT = re.compile(r"\b(?:fixed point|equilibrium|steady value|stays at|settles at)\b[^.§]{0,20}$|不动点", re.IGNORECASE)
#: Words by which something is looked at in a part of where it might lie.
CONFINED = re.compile(
    r"\b(?:subject to|constrain\w*|intervals?|restrict\w*|at most|at least|no (?:more|less) than|budgets?|bound(?:ary|aries)|ends?|endpoints?|edges?"
    r"|corners?|among|within)\b|\b(?:on|over|in) §|约束|区间|端点",
    re.IGNORECASE,
)
#: The end of words that name several formulas together.
TOGETHER = re.compile(r"(?:§|\s|,|;|\band\b|和|与|及|，|；)+$", re.IGNORECASE)
#: A word by which a sentence says that what it speaks of is not independent.
DEPENDENT = r"(?<![\w-])(?:dependent|correlated)(?!\w)"
#: Words that take an equals sign for an approximation.
ROUGHLY = (
    "to first order; to second order; to third order; to leading order; to lowest order; we keep; keeping the next; keeping terms; "
    "higher order; higher-order; modulo; linearization; linearisation; linearised; linearized; first-order expansion; "
    "first order expansion; second-order expansion; tiny; approximately; roughly; for small; close to; 近似为; 约为; 约等于"
)
