"""The constants of the field with their signatures: what each takes, and the type of what it gives.

A signature may hold sort variables (lower-case names of :class:`Type`), made fresh at each use.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.core.types import (
    ACTION,
    ACTION_SORT,
    NAT,
    POLICY,
    REAL,
    REWARD_SORT,
    STATE,
    STATE_SORT,
    TOKEN_SORT,
    Type,
    element,
    law,
)

VECTOR = Type("Vector", (STATE_SORT,))
ANY = Type("any")
OTHER = Type("other")


@dataclass(frozen=True, slots=True)
class Constant:
    """An operation: its name, the types of its arguments, the type of its value, and a sentence."""

    name: str
    takes: tuple[Type, ...]
    gives: Type
    says: str


def _table(*made: Constant) -> dict[str, Constant]:
    return {c.name: c for c in made}


#: Values of states and actions, those of all states, and values that count entropy.
VALUE_FAMILY = ("value", "q_value", "advantage", "optimal_value", "optimal_q", "optimal_advantage")
ADVANTAGES = ("advantage", "optimal_advantage")
VALUE_VECTORS = ("value_vector", "optimal_vector")
#: What happens at a time of an episode.
AT_TIMES = ("state_at", "action_at", "reward_at", "outcome_at", "return_from")
REWARDS = frozenset(("reward", "reward_at", "reward_to", "state_reward", "arrival_reward", "policy_reward", "reward_vector"))
SOFT_VALUES = ("soft_value", "soft_q", "soft_optimal_value", "soft_optimal_q")

CONSTANTS = _table(
    Constant("prob", (POLICY, ACTION, STATE), REAL, "the probability of an action in a state"),
    Constant("chosen", (POLICY, STATE), ACTION, "the action that a policy without chance takes in a state"),
    Constant("optimal_policy", (), POLICY, "a policy that takes the best action in each state"),
    Constant("steps_to", (POLICY, STATE, STATE, NAT), REAL, "the probability of being in a state some steps later"),
    Constant("length", (ACTION,), NAT, "the number of tokens of a response"),
    Constant("token_prob", (POLICY, ACTION, STATE, NAT), REAL, "the probability of a token of a response, given those before it"),
    Constant("prefix_prob", (POLICY, ACTION, STATE, NAT), REAL, "the probability that a response begins as another does"),
    Constant("token_law", (POLICY, ACTION, STATE, NAT), law(TOKEN_SORT), "the distribution of the token that follows a prefix"),
    Constant("value", (POLICY, STATE), REAL, "the value of a state under a policy"),
    Constant("q_value", (POLICY, STATE, ACTION), REAL, "the value of an action in a state under a policy"),
    Constant("advantage", (POLICY, STATE, ACTION), REAL, "how much better an action is than the policy's average"),
    Constant("optimal_value", (STATE,), REAL, "the largest value of a state"),
    Constant("optimal_q", (STATE, ACTION), REAL, "the largest value of an action in a state"),
    Constant("optimal_advantage", (STATE, ACTION), REAL, "the advantage of an action under an optimal policy"),
    Constant("soft_value", (REAL, POLICY, STATE), REAL, "the value of a state under a policy, its entropy counted with a weight"),
    Constant("soft_q", (REAL, POLICY, STATE, ACTION), REAL, "the value of an action, entropy that follows counted with a weight"),
    Constant("soft_optimal_value", (REAL, STATE), REAL, "the largest value of a state, entropy counted with a weight"),
    Constant(
        "soft_optimal_q",
        (REAL, STATE, ACTION),
        REAL,
        "the largest value of an action, entropy that follows counted with a weight",
    ),
    Constant("soft_policy", (REAL,), POLICY, "the policy whose values, entropy counted with a weight, are the largest"),
    Constant("transition", (STATE, STATE, ACTION), REAL, "the probability of the next state"),
    Constant("policy_transition", (POLICY, STATE, STATE), REAL, "the probability of the next state under a policy"),
    Constant("outcome", (STATE, element(REWARD_SORT), STATE, ACTION), REAL, "the probability of a next state and a reward"),
    Constant("outcome_at", (NAT,), element(REWARD_SORT), "what is drawn as the reward of a step of an episode"),
    Constant("reward_law", (element(REWARD_SORT), STATE, ACTION), REAL, "the probability of a reward"),
    Constant("reward", (STATE, ACTION), REAL, "the expected reward of an action in a state"),
    Constant("reward_to", (STATE, ACTION, STATE), REAL, "the expected reward of a step to a next state"),
    Constant("state_reward", (STATE,), REAL, "the reward of being in a state, whatever is done there"),
    Constant("arrival_reward", (STATE,), REAL, "the reward of arriving in a state"),
    Constant("policy_reward", (POLICY, STATE), REAL, "the expected reward of a state under a policy"),
    Constant("value_vector", (POLICY,), VECTOR, "the values of all states under a policy"),
    Constant("reward_vector", (POLICY,), VECTOR, "the expected rewards of all states under a policy"),
    Constant("transition_matrix", (POLICY,), Type("Matrix", (STATE_SORT, STATE_SORT)), "the transitions under a policy"),
    Constant("optimal_vector", (), VECTOR, "the optimal values of all states"),
    Constant("backup", (POLICY, VECTOR), VECTOR, "the Bellman operator of a policy"),
    Constant("optimal_backup", (VECTOR,), VECTOR, "the Bellman operator of the best actions"),
    Constant("discount", (), REAL, "the discount factor, between 0 and 1"),
    Constant("visitation", (POLICY, STATE), REAL, "how often a state is visited, later visits discounted"),
    Constant(
        "visitation_law", (POLICY,), law(STATE_SORT), "the distribution of the states that are visited, later visits discounted"
    ),
    Constant(
        "visitation_from",
        (POLICY, STATE),
        law(STATE_SORT),
        "the distribution of the states that are visited from a state on, discounted",
    ),
    Constant(
        "visitation_since", (POLICY, STATE, STATE), REAL, "how often a state is visited from another on, later visits discounted"
    ),
    Constant("stationary", (POLICY, STATE), REAL, "how likely a state is in the long run"),
    Constant("average_reward", (POLICY,), REAL, "the mean reward of a step in the long run"),
    Constant("differential_value", (POLICY, STATE), REAL, "what is earned from a state on beyond the average reward"),
    Constant("differential_q", (POLICY, STATE, ACTION), REAL, "what is earned from an action on beyond the average reward"),
    Constant("start_mass", (STATE,), REAL, "the probability that an episode begins in a state"),
    Constant("start_law", (), law(STATE_SORT), "the distribution of the first state"),
    Constant("objective", (POLICY,), REAL, "the mean discounted return"),
    Constant("action_law", (POLICY, STATE), law(ACTION_SORT), "the distribution of actions in a state"),
    Constant("next_law", (STATE, ACTION), law(STATE_SORT), "the distribution of the next state"),
    Constant("mass", (law(ANY), element(ANY)), REAL, "the probability of an outcome"),
    Constant("divergence", (law(ANY), law(ANY)), REAL, "the Kullback-Leibler divergence, in nats"),
    Constant("entropy", (law(ANY),), REAL, "the entropy of a distribution, in nats"),
    Constant("cross_entropy", (law(ANY), law(ANY)), REAL, "the cross-entropy of two distributions, in nats"),
    Constant("total_variation", (law(ANY), law(ANY)), REAL, "the total variation distance of two distributions"),
)
