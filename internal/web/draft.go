package web

import (
	"net/url"
	"strconv"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/proposal"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
)

// maxDrafts is how many open changes a page offers to go on in.
const maxDrafts = 8

// draft is the configuration that a page shows: that of a change on its way,
// or the one in force.
type draft struct {
	change proposal.Proposal // zero = the configuration in force
	doc    tenant.Document
	packs  []*schema.Pack
	tree   []bailiwick.CategoryInfo
}

// draft reads the change that the address or the form names.
func (v *visit) draft() (*draft, error) {
	name := v.r.FormValue("change")
	if name == "" {
		return v.drafted(proposal.Proposal{}, v.cfg.Document())
	}
	id, err := bailiwick.ParseID(name)
	if err != nil {
		return nil, bailiwick.NotFound()
	}
	p, err := v.proposals.Get(v.r.Context(), v.actor, proposal.ProposalID{ID: id})
	if err != nil {
		return nil, err
	}
	return v.drafted(p, p.Document)
}

func (v *visit) drafted(p proposal.Proposal, doc tenant.Document) (*draft, error) {
	packs, err := doc.Applications()
	return &draft{change: p, doc: doc, packs: packs, tree: doc.Overlay.CategoryTree()}, err
}

// edit puts an edit into the change that the form names, or into a new one,
// and returns it. What is wrong with the edit is found before a change is
// begun for it.
func (v *visit) edit(d *draft, f func(*tenant.Document) error) (proposal.Proposal, error) {
	if !v.view.Has(access.PermConfigure) {
		return proposal.Proposal{}, bailiwick.Denied("Your roles do not include this.")
	}
	try, err := d.doc.Clone()
	if err != nil {
		return proposal.Proposal{}, err
	}
	if err := f(&try); err != nil {
		return proposal.Proposal{}, err
	}
	if _, err := try.Applications(); err != nil {
		return proposal.Proposal{}, err
	}
	p, revision := d.change, int64(0)
	if p.ID.IsZero() {
		if p, err = v.proposals.Start(v.r.Context(), v.actor, v.p.T("types.change")); err != nil {
			return proposal.Proposal{}, err
		}
	} else if revision, err = strconv.ParseInt(v.r.PostForm.Get("revision"), 10, 64); err != nil || revision < 1 {
		return proposal.Proposal{}, &bailiwick.Error{Code: bailiwick.CodeIfMatch, Message: "The form lacks the revision that you read."}
	}
	return v.proposals.Edit(v.r.Context(), v.actor, p.ID, revision, f)
}

// in adds the change to an address.
func in(path string, p proposal.Proposal) string {
	if p.ID.IsZero() {
		return path
	}
	return path + "?change=" + url.QueryEscape(p.ID.String())
}

// of describes the draft for the page at path.
func (v *visit) of(d *draft, path string) page.Draft {
	out := page.Draft{Back: path, May: v.view.Has(access.PermConfigure)}
	if !d.change.ID.IsZero() {
		out.Ref, out.Href, out.ID = d.change.Ref(), d.change.Path(), d.change.ID.String()
		out.Revision, out.Query = plain(d.change.Revision), in("", d.change)
		out.May = out.May && d.change.State.Open()
		return out
	}
	if !out.May {
		return out
	}
	all, err := v.proposals.List(v.r.Context(), v.actor, 0, 50)
	if err != nil {
		return out // the page matters more than the way into a change
	}
	for _, p := range all {
		if p.State == proposal.Draft && !p.Stale && len(out.Open) < maxDrafts {
			out.Open = append(out.Open, page.Link{Label: p.Ref() + " · " + p.Title, Href: in(path, p)})
		}
	}
	return out
}

// texts makes the inputs of a text in every language.
func (v *visit) texts(name string, l schema.Labels) []page.TextIn {
	var out []page.TextIn
	for _, lang := range i18n.Languages() {
		out = append(out, page.TextIn{Name: name + "." + lang, Label: i18n.NativeName(lang), Lang: lang, Value: l[lang]})
	}
	return out
}

// typedTexts reads what texts asked for.
func (v *visit) typedTexts(name string) schema.Labels {
	out := schema.Labels{}
	for _, lang := range i18n.Languages() {
		if s := v.typed(name + "." + lang); s != "" {
			out[lang] = s
		}
	}
	return out
}

// changedTexts are the typed texts that differ from those shown.
func (v *visit) changedTexts(name string, shown schema.Labels) schema.Labels {
	out := schema.Labels{}
	for lang, s := range v.typedTexts(name) {
		if s != shown[lang] {
			out[lang] = s
		}
	}
	return out
}

// categoryOptions lists the categories, narrower ones indented.
func (v *visit) categoryOptions(d *draft, chosen bailiwick.Category) []page.Option {
	depth := map[bailiwick.Category]int{}
	children := map[bailiwick.Category][]bailiwick.CategoryInfo{}
	for _, c := range d.tree {
		children[c.Parent] = append(children[c.Parent], c)
	}
	var out []page.Option
	var walk func(parent bailiwick.Category)
	walk = func(parent bailiwick.Category) {
		for _, c := range children[parent] {
			if depth[c.Key] = depth[parent] + 1; depth[c.Key] > 8 {
				continue
			}
			label := schema.Labels(c.Title).In(v.lang)
			for range depth[c.Key] - 1 {
				label = "\u2003" + label
			}
			out = append(out, page.Option{Value: string(c.Key), Label: label, Selected: c.Key == chosen})
			walk(c.Key)
		}
	}
	walk("")
	return out
}

func (d *draft) chip(c bailiwick.Category, lang string) page.Chip {
	for _, info := range d.tree {
		if info.Key == c {
			return page.Chip{Label: schema.Labels(info.Title).In(lang), Flag: string(info.Flag)}
		}
	}
	return page.Chip{Label: string(c)}
}

func (d *draft) typ(key string) *schema.Type {
	for _, p := range d.packs {
		if t := p.Type(key); t != nil {
			return t
		}
	}
	return nil
}

func (d *draft) packTitle(key, lang string) string {
	for _, p := range d.packs {
		if p.Key == key {
			return p.Title.In(lang)
		}
	}
	return key
}

// anyText is a text in English, else in the first language that has one.
func anyText(l schema.Labels) string {
	for _, lang := range i18n.Languages() {
		if l["en"] == "" && l[lang] != "" {
			return l[lang]
		}
	}
	return l["en"]
}
