package realm

import (
	"context"
	"strings"

	"golang.org/x/text/language"

	"reelm"
	"reelm/internal/store"
)

// Blocks is what countries do not see of a realm, as it stands at one moment.
type Blocks struct {
	list    []store.CountryBlock
	places  map[placed]*store.CountryBlock
	avatars map[string]reelm.AccountID // media of blocked accounts
}

// placed is a scope with its subject in a country.
type placed struct {
	scope   string
	subject int64
	country string
}

func (r *Realm) loadBlocks(ctx context.Context) (*Blocks, error) {
	all, err := r.DB.CountryBlocks(ctx)
	if err != nil {
		return nil, err
	}
	b := &Blocks{list: all, places: map[placed]*store.CountryBlock{}, avatars: map[string]reelm.AccountID{}}
	for i := range all {
		b.places[placed{all[i].Scope, all[i].Subject, all[i].Country}] = &all[i]
		if all[i].Avatar != "" {
			b.avatars[all[i].Avatar] = reelm.AccountID(all[i].Subject)
		}
	}
	return b, nil
}

// Blocks gives what is blocked, at most a second old.
func (r *Realm) Blocks(ctx context.Context) (*Blocks, error) { return r.blocks.get(ctx) }

// All lists the blocks, newest first.
func (b *Blocks) All() []store.CountryBlock { return b.list }

func (b *Blocks) find(scope string, subject int64, country string) error {
	if k := b.places[placed{scope, subject, country}]; k != nil {
		return refusal(k)
	}
	return nil
}

// Left says whether a part that is a realm of its own now has somebody of
// these countries or languages: an error of kind reelm.Gone with its address.
func (b *Blocks) Left(of ...string) error {
	if b == nil || len(b.list) == 0 {
		return nil
	}
	for _, part := range of {
		if err := b.find(store.ScopeLeft, 0, part); err != nil && part != "" {
			return err
		}
	}
	return nil
}

// Realm says whether a country does not see the realm at all: an error of
// kind reelm.Blocked.
func (b *Blocks) Realm(country string) error {
	if b == nil || len(b.list) == 0 || country == "" {
		return nil
	}
	return b.find(store.ScopeRealm, 0, country)
}

// Account says whether a country does not see an account.
func (b *Blocks) Account(country string, id reelm.AccountID) error {
	if b == nil || len(b.list) == 0 || country == "" {
		return nil
	}
	return b.find(store.ScopeAccount, int64(id), country)
}

// Clip says whether a country does not see a clip, or its author.
func (b *Blocks) Clip(country string, c *reelm.Clip) error {
	if err := b.Account(country, c.Author); err != nil || b == nil || len(b.list) == 0 || country == "" {
		return err
	}
	return b.find(store.ScopeClip, int64(c.ID), country)
}

// Avatar says whether a country does not see an account's picture.
func (b *Blocks) Avatar(country, file string) error {
	if b == nil || b.avatars[file] == 0 {
		return nil
	}
	return b.Account(country, b.avatars[file])
}

// Anywhere says whether some country does not see something of the realm, so
// that no cache may keep for one what another must not have.
func (b *Blocks) Anywhere() bool { return b != nil && len(b.list) > 0 }

// refusal is the answer to a visitor from a country where something is
// blocked.
func refusal(k *store.CountryBlock) error {
	if k.Scope == store.ScopeLeft {
		return (&reelm.Error{Kind: reelm.Gone, Code: "moved", Detail: "the part of your country is a service of its own now"}).With("host", k.Appeal)
	}
	e := &reelm.Error{Kind: reelm.Blocked, Code: "blocked", Detail: "not available in your country by order of " + k.By,
		Args: map[string]any{"by": k.By, "order": k.Order, "country": k.Country, "since": k.Since.Format("2006-01-02")}}
	if k.Appeal != "" {
		e = e.With("appeal", k.Appeal)
	}
	return e
}

// ErrNoCountries refuses a block by country where nobody's country is known.
var ErrNoCountries = &reelm.Error{Kind: reelm.Refused, Code: "no-countries", Field: "country",
	Detail: "this server has no country database, so that it cannot tell who is from there: set geo.database"}

// TellsCountries says whether the server can tell where visitors are.
func (r *Realm) TellsCountries() bool { return r.countries }

// Block keeps something from a country by order. Without a country database
// it is refused.
func (r *Realm) Block(ctx context.Context, b store.CountryBlock) error {
	b, err := r.checkBlock(b)
	if err != nil {
		return err
	}
	if !r.countries {
		return ErrNoCountries
	}
	for field, text := range map[string]string{"by": b.By, "order": b.Order} {
		if text == "" {
			return reelm.Wrong(field, "empty", "say who ordered it, and what")
		}
	}
	defer r.blocks.forget()
	return r.DB.BlockCountry(ctx, b)
}

// Unblock lifts a block; b.By and b.Order say on which ground.
func (r *Realm) Unblock(ctx context.Context, b store.CountryBlock) error {
	b, err := r.checkBlock(b)
	if err != nil {
		return err
	}
	defer r.blocks.forget()
	return r.DB.UnblockCountry(ctx, b)
}

func (r *Realm) checkBlock(b store.CountryBlock) (_ store.CountryBlock, err error) {
	b.Country = strings.ToUpper(strings.TrimSpace(b.Country))
	if !IsCountry(b.Country) {
		return b, reelm.Wrong("country", "bad-country", "%.20q is no country such as DE (ISO 3166-1)", b.Country)
	}
	for field, text := range map[string]*string{"by": &b.By, "order": &b.Order, "appeal": &b.Appeal} {
		if *text, err = reelm.CleanText(field, *text, 2000); err != nil {
			return b, err
		}
	}
	return b, nil
}

// IsCountry says whether two capital letters name a country.
func IsCountry(s string) bool {
	if len(s) != 2 || strings.ToUpper(s) != s {
		return false
	}
	region, err := language.ParseRegion(s)
	return err == nil && region.IsCountry() && region.String() == s
}

// BlockOf begins a block of a clip, of an account, or, where both are empty,
// of the whole realm.
func (r *Realm) BlockOf(ctx context.Context, clip, handle string) (store.CountryBlock, error) {
	switch {
	case clip != "" && handle != "":
		return store.CountryBlock{}, reelm.Wrong("clip", "no-subject", "name a clip or an account, not both")
	case clip != "":
		id, err := reelm.ParseID[reelm.ClipID](clip)
		if err == nil {
			_, err = r.DB.Clip(ctx, id)
		}
		if err != nil {
			return store.CountryBlock{}, unknown("clip", err)
		}
		return store.CountryBlock{Scope: store.ScopeClip, Subject: int64(id)}, nil
	case handle != "":
		handle, err := reelm.ParseHandle(handle)
		if err != nil {
			return store.CountryBlock{}, err
		}
		a, err := r.DB.AccountByHandle(ctx, handle)
		if err != nil {
			return store.CountryBlock{}, unknown("account", err)
		}
		return store.CountryBlock{Scope: store.ScopeAccount, Subject: int64(a.ID), Handle: a.Handle}, nil
	}
	return store.CountryBlock{Scope: store.ScopeRealm}, nil
}

func unknown(field string, err error) error {
	if reelm.KindOf(err) == reelm.NotFound {
		return reelm.Wrong(field, "no-subject", "there is no such %s", field)
	}
	return err
}
