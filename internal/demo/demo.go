package demo

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"reelm"
	"reelm/internal/auth"
	"reelm/internal/clip"
	"reelm/internal/media"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// Town is the realm that gets filled.
type Town struct {
	Place *visit.Place
	Desk  *auth.Desk
	Lab   *media.Lab
	Out   io.Writer // progress, a line each
}

// firstPage is how many clips have to be there before people come.
const firstPage = 12

// SignIn is an account that whoever looks at the demonstration may use.
type SignIn struct {
	Handle   string `json:"handle"`
	Password string `json:"password"`
	What     string `json:"what"`
}

// SignIns makes the ready-made accounts, or finds them, and gives their
// passwords. They are drawn for this data folder and kept beside it.
func (t *Town) SignIns(ctx context.Context) ([]SignIn, error) {
	file := t.Place.Path("demo.json")
	b, err := os.ReadFile(file)
	if err == nil {
		var out []SignIn
		return out, json.Unmarshal(b, &out)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the demo's sign-ins: %w", err)
	}
	out := []SignIn{
		{"guest", "", "somebody who has just come"},
		{"nordlicht", "", "an author"},
		{"hausmeister", "", "the administrator"},
	}
	for i := range out {
		out[i].Password = rand.Text()[:12]
	}
	if b, err = json.MarshalIndent(out, "", "  "); err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, b, 0o600); err != nil { // before the accounts: whoever interrupts us must not lose a password
		return nil, fmt.Errorf("keeping the demo's sign-ins: %w", err)
	}
	for i, s := range out {
		role := reelm.RoleViewer
		if i == 2 {
			role = reelm.RoleAdmin
		}
		if _, err := t.person(ctx, s.Handle, s.Password, "en", role); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// person makes an account, or finds it.
func (t *Town) person(ctx context.Context, handle, password, language string, role reelm.Role) (*reelm.Account, error) {
	a, err := t.Place.DB.AccountByHandle(ctx, handle)
	if !errors.Is(err, reelm.ErrNotFound) {
		return a, err
	}
	if password == "" {
		password = rand.Text()
	}
	a, err = t.Desk.Register(ctx, t.Place.Realm, auth.SignUp{Handle: handle, Password: password, Birthday: "1990-05-17", Language: language, Role: role, Learn: true})
	if err != nil {
		return nil, fmt.Errorf("the demo's @%s: %w", handle, err)
	}
	return a, nil
}

// job is a clip that is to be made.
type job struct {
	topic topic
	n     int // of the topic's pieces
	by    *reelm.Account
}

// Fill makes what is missing, clip by clip over all topics, and lets people
// in as soon as there is a page for them. It returns when all is there.
func (t *Town) Fill(ctx context.Context) error {
	began := time.Now()
	jobs, all, err := t.missing(ctx)
	if err != nil || len(jobs) == 0 {
		return err
	}
	fmt.Fprintf(t.Out, "making %d clips; the first %d take about half a minute\n", len(jobs), firstPage)
	g, gctx := errgroup.WithContext(ctx)
	todo := make(chan job)
	g.Go(func() error {
		defer close(todo)
		for _, j := range jobs {
			select {
			case todo <- j:
			case <-gctx.Done():
				return gctx.Err()
			}
		}
		return nil
	})
	for range 2 {
		g.Go(func() error {
			for j := range todo {
				if err := t.make(gctx, j); err != nil {
					return err
				}
			}
			return nil
		})
	}
	g.Go(func() error { return t.follow(gctx, all-len(jobs), all, began) })
	return g.Wait()
}

// missing lists the clips that are not there yet, one of each topic in turn.
func (t *Town) missing(ctx context.Context) (jobs []job, all int, err error) {
	list := topics()
	for n := 0; ; n++ {
		found := false
		for _, tp := range list {
			if n >= len(tp.pieces) {
				continue
			}
			found = true
			all++
			w := tp.authors[tp.pieces[n].author]
			by, err := t.author(ctx, w)
			if err != nil {
				return nil, 0, err
			}
			there, err := t.has(ctx, by, tp.pieces[n].caption)
			if err != nil {
				return nil, 0, err
			}
			if !there {
				jobs = append(jobs, job{tp, n, by})
			}
		}
		if !found {
			return jobs, all, nil
		}
	}
}

func (t *Town) author(ctx context.Context, w author) (*reelm.Account, error) {
	a, err := t.person(ctx, w.handle, "", w.language, reelm.RoleViewer)
	if err != nil || a.Bio != "" {
		return a, err
	}
	return t.Place.DB.UpdateProfile(ctx, a.ID, store.Profile{Name: &w.name, Bio: &w.bio})
}

func (t *Town) has(ctx context.Context, by *reelm.Account, caption string) (bool, error) {
	clips, _, err := t.Place.DB.OwnClips(ctx, by.ID, store.Page{Limit: store.MaxPage})
	for _, c := range clips {
		if c.Caption == caption && c.State != reelm.ClipFailed {
			return true, err
		}
	}
	return false, err
}

// make draws a clip and uploads it as its author would.
func (t *Town) make(ctx context.Context, j job) (err error) {
	dir, err := os.MkdirTemp("", "reelm-demo-")
	if err != nil {
		return fmt.Errorf("drawing a clip: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p := j.topic.pieces[j.n]
	file := filepath.Join(dir, "scene.mp4")
	err = t.Lab.Render(ctx, media.Scene{Topic: j.topic.name, Take: j.n, Seed: uint64(j.n), Title: p.title, Kicker: p.kicker, Duration: time.Duration(6+j.n%3) * time.Second}, file)
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s, err := t.Place.Desk.Spool(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Discard()) }()
	_, err = t.Place.Desk.Take(ctx, j.by, s, clip.Details{Caption: p.caption, Language: j.by.Language, CoverMS: -1})
	return err
}

// follow tells how far it is, and lets people in when there is a page.
func (t *Town) follow(ctx context.Context, ready, all int, began time.Time) error {
	changed := make(chan struct{}, 1)
	err := t.Place.Bus.Watch(ctx, t.Place.Name, clip.TopicClip, func(string, []byte) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return err
	}
	opened := false
	for {
		n, failed, err := t.count(ctx)
		if err != nil {
			return err
		}
		if n > ready {
			ready = n
			fmt.Fprintf(t.Out, "%d of %d clips after %d s\n", ready, all, int(time.Since(began).Seconds()))
		}
		if ready >= firstPage && !opened {
			opened = true
			fmt.Fprintln(t.Out, "there is a page to swipe through; the rest arrives while you watch")
			if err := t.Live(ctx, 40*len(viewers()), 0); err != nil {
				return err
			}
		}
		if ready+failed >= all {
			return t.Live(ctx, 40*len(viewers()), 0)
		}
		select {
		case <-changed:
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (t *Town) count(ctx context.Context) (ready, failed int, err error) {
	for _, tp := range topics() {
		for _, w := range tp.authors {
			a, err := t.Place.DB.AccountByHandle(ctx, w.handle)
			if err != nil {
				return 0, 0, err
			}
			clips, _, err := t.Place.DB.OwnClips(ctx, a.ID, store.Page{Limit: store.MaxPage})
			if err != nil {
				return 0, 0, err
			}
			for _, c := range clips {
				switch c.State {
				case reelm.ClipReady:
					ready++
				case reelm.ClipFailed:
					failed++
				}
			}
		}
	}
	return ready, failed, nil
}
