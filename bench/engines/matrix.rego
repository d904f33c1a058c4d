# The order of judgement, over rules as data: any deny, else any requirement
# that is not met, else a mask, else an allow, else the default.
package matrix

default answer := "no"

answer := "clear" if {
	granted
	not denied
	not masked
}

answer := "masked" if {
	granted
	not denied
	masked
}

denied if {
	input.no_one
	data.of_subject[input.category]
}

denied if {
	some i in matching
	data.rules[i].effect == "deny"
}

denied if {
	some i in matching
	data.rules[i].effect == "require"
	not met(data.rules[i])
}

granted if data.defaults[input.op][input.category]

granted if {
	some i in matching
	data.rules[i].effect == "allow"
}

# A mask that matches for want of knowledge opens nothing.
granted if {
	some i in matching
	rule := data.rules[i]
	rule.effect == "mask"
	sure(rule.subject, input.person)
	sure(rule.viewer, input.viewer)
	sure_entity(rule)
}

masked if {
	some i in matching
	data.rules[i].effect == "mask"
}

matching contains i if {
	some i, rule in data.rules
	rule.op == input.op
	rule.category in data.lineage[input.category]
	reaches(rule, rule.subject, input.person)
	reaches(rule, rule.viewer, input.viewer)
	of_entity(rule)
	role(rule)
	purpose(rule)
}

met(rule) if rule.condition == "settled"

met(rule) if {
	rule.condition == "viewer"
	rule.id in input.met
}

met(rule) if {
	rule.condition == "consent"
	"consent" in input.met
}

everywhere(set) if {
	count(set["in"]) == 0
	count(set.not_in) == 0
}

sure(set, _) if everywhere(set)

sure(set, country) if {
	not country in {"?", "-"}
	named(set, country)
	not country in set.not_in
}

named(set, _) if count(set["in"]) == 0

named(set, country) if country in set["in"]

reaches(_, set, country) if sure(set, country)

reaches(rule, _, "?") if rule.effect != "allow"

sure_entity(rule) if count(rule.entities) == 0

sure_entity(rule) if input.entity in rule.entities

of_entity(rule) if sure_entity(rule)

of_entity(rule) if {
	input.entity == "?"
	rule.effect != "allow"
}

role(rule) if count(rule.roles) == 0

role(rule) if {
	some x in rule.roles
	x in input.roles
}

purpose(rule) if count(rule.purposes) == 0

purpose(rule) if input.purpose in rule.purposes
