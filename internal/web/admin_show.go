package web

import (
	"net/http"

	"reelm"
	"reelm/internal/ledger"
	"reelm/internal/realm"
	"reelm/internal/visit"
)

// AdminPage is where an operator begins.
type AdminPage struct {
	Layout
	Phase string
	Plan  []Notice
	Words []Field // who runs it, how to reach them, what the farewell says
	Error string
}

func (AdminPage) template() string { return "admin" }

// staffOnly hands a page to administrators. Others are asked to sign in, or
// find nothing here.
func staffOnly(do action) action {
	return func(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
		if v.Account == nil && r.Method == http.MethodGet {
			return signInFirst(w, r, r.URL.Path)
		}
		if !v.Is(reelm.RoleAdmin) {
			return reelm.ErrNotFound
		}
		return do(w, r, v)
	}
}

// adminLayout is the frame of the pages for operators.
func (s *Site) adminLayout(r *http.Request, v *visit.Visit, title string) Layout {
	l := s.layout(r, v, "me", v.Lang.T(title))
	l.Hidden = true
	return l
}

func (s *Site) admin(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showAdmin(w, r, v, http.StatusOK, nil)
}

func (s *Site) showAdmin(w http.ResponseWriter, r *http.Request, v *visit.Visit, status int, wrong error) error {
	set, err := v.Settings(r.Context())
	if err != nil {
		return err
	}
	t := v.Lang.T
	p := &AdminPage{Layout: s.adminLayout(r, v, "admin.title"), Phase: string(set.Phase)}
	for _, step := range set.Plan {
		p.Plan = append(p.Plan, Notice{At: step.Due, Text: t("phase." + string(step.Phase)), Note: step.Note})
	}
	p.Words = []Field{
		{Name: "operator", Kind: "text", Label: t("admin.operator"), Hint: t("admin.operator.hint"), Value: set.Operator, Max: 120},
		{Name: "contact", Kind: "text", Label: t("admin.contact"), Hint: t("admin.contact.hint"), Value: set.Contact, Max: 254, Plain: true},
		{Name: "farewell", Kind: "textarea", Label: t("admin.farewell"), Hint: t("admin.farewell.hint"), Value: set.Farewell, Max: 4000, Rows: 5},
	}
	if wrong != nil {
		for i := range p.Words {
			p.Words[i].Value = r.PostForm.Get(p.Words[i].Name)
		}
		if !blame(p.Words, wrong, v.Lang) {
			p.Error = v.Lang.Error(wrong)
		}
	}
	return s.show(w, r, v, status, p)
}

func (s *Site) adminWords(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	if err := form(w, r); err != nil {
		return err
	}
	body := map[string]string{}
	for _, name := range []string{"operator", "contact", "farewell"} {
		body[name] = r.PostForm.Get(name)
	}
	err := s.call(r, http.MethodPatch, "/admin/realm", body, nil)
	if reelm.KindOf(err) == reelm.Invalid {
		return s.showAdmin(w, r, v, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, saying(back(r, "/admin"), "saved"))
}

// OrdersPage is where orders and requests of authorities are noted.
type OrdersPage struct {
	Layout
	Blocked  []BlockLine
	Block    []Field
	Request  []Field
	Error    string // of the form that was sent
	Asked    string // which one: block or request
	CanBlock bool
}

// BlockLine is a block that can be lifted.
type BlockLine struct {
	BlockedHere
	Code, Clip, Account string
}

func (OrdersPage) template() string { return "orders" }

func (s *Site) orders(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	return s.showOrders(w, r, v, http.StatusOK, "", nil)
}

func (s *Site) showOrders(w http.ResponseWriter, r *http.Request, v *visit.Visit, status int, asked string, wrong error) error {
	t := v.Lang.T
	p := &OrdersPage{Layout: s.adminLayout(r, v, "admin.orders"), Asked: asked, CanBlock: v.TellsCountries()}
	var got struct {
		Items []struct{ Scope, Country, Clip, Account, By, Order, Appeal string }
	}
	if err := s.call(r, http.MethodGet, "/admin/blocks", nil, &got); err != nil {
		return err
	}
	for _, b := range got.Items {
		if b.Scope == "left" {
			continue
		}
		p.Blocked = append(p.Blocked, BlockLine{BlockedHere{What: named(v.Lang, "ledger.scope.", b.Scope), Country: country(v.Lang, b.Country), By: b.By, Order: b.Order}, b.Country, b.Clip, b.Account})
	}
	land := Field{Name: "country", Kind: "text", Label: t("admin.country"), Hint: t("admin.country.hint"), Required: true, Plain: true, Min: 2, Max: 2}
	p.Block = []Field{land,
		{Name: "clip", Kind: "text", Label: t("admin.clip"), Hint: t("admin.clip.hint"), Plain: true, Max: 64},
		{Name: "account", Kind: "text", Label: t("admin.account"), Plain: true, Max: 64},
		{Name: "by", Kind: "text", Label: t("admin.by"), Required: true, Max: 2000},
		{Name: "order", Kind: "textarea", Label: t("admin.order"), Hint: t("admin.order.hint"), Required: true, Max: 2000, Rows: 3},
		{Name: "appeal", Kind: "text", Label: t("admin.appeal"), Hint: t("admin.appeal.hint"), Max: 2000}}
	p.Request = []Field{
		{Name: "from", Kind: "select", Label: t("admin.from"), Options: options(v.Lang, "ledger.from.", realm.RequestFrom...)}, land,
		{Name: "act", Kind: "select", Label: t("admin.act"), Options: options(v.Lang, "ledger.asked.", realm.RequestActs...)},
		{Name: "number", Kind: "number", Label: t("admin.number"), Value: "1"},
		{Name: "outcome", Kind: "select", Label: t("admin.outcome"), Options: options(v.Lang, "ledger.outcome.", realm.RequestOutcomes...)},
		{Name: "who", Kind: "text", Label: t("admin.who"), Required: true, Max: 4000},
		{Name: "what", Kind: "textarea", Label: t("admin.what"), Required: true, Max: 4000, Rows: 3},
		{Name: "basis", Kind: "text", Label: t("admin.basis"), Required: true, Max: 4000},
		{Name: "done", Kind: "textarea", Label: t("admin.done"), Required: true, Max: 4000, Rows: 3}}
	if fields := map[string][]Field{"block": p.Block, "request": p.Request}[asked]; wrong != nil {
		for i := range fields {
			fields[i].Value = r.PostForm.Get(fields[i].Name)
		}
		if !blame(fields, wrong, v.Lang) {
			p.Error = v.Lang.Error(wrong)
		}
	}
	return s.show(w, r, v, status, p)
}

// sendOrder hands a form of the page to the API.
func (s *Site) sendOrder(path, asked string, names ...string) action {
	return func(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
		if err := form(w, r); err != nil {
			return err
		}
		body := map[string]any{}
		for _, name := range names {
			if x := r.PostForm.Get(name); x != "" {
				body[name] = x
			}
		}
		if asked == "request" {
			n, err := wholeNumber(r.PostForm.Get("number"))
			if err != nil {
				return s.showOrders(w, r, v, http.StatusUnprocessableEntity, asked, err)
			}
			body["number"] = n
		}
		err := s.call(r, http.MethodPost, path, body, nil)
		switch kind := reelm.KindOf(err); {
		case err == nil:
			return redirect(w, r, saying("/admin/orders", "noted"))
		case kind == reelm.Invalid || kind == reelm.Conflict || kind == reelm.Refused || kind == reelm.NotFound:
			return s.showOrders(w, r, v, kind.HTTPStatus(), asked, err)
		}
		return err
	}
}

// newestOf is the newest entry of a kind that the ledger has, if it has one.
func newestOf(r *http.Request, v *visit.Visit, kind ledger.Kind) (*Act, error) {
	acts, err := newest(r.Context(), v, kind)
	if err != nil || len(acts) == 0 {
		return nil, err
	}
	return &acts[0], nil
}
