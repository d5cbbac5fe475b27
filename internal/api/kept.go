package api

import (
	"context"

	"reelm"
	"reelm/internal/feed"
	"reelm/internal/store"
	"reelm/internal/visit"
)

// Folder is a collection that only its owner sees.
type Folder struct {
	ID    string `json:"id" doc:"favourites and later are everybody's."`
	Name  string `json:"name"`
	Clips int64  `json:"clips"`
	URL   string `json:"url"`
	Has   bool   `json:"has" doc:"It holds the clip that was asked for."`
}

type foldersIn struct {
	Clip string `query:"clip" maxLength:"64" doc:"Say of each folder whether it holds this clip."`
}

type foldersOut struct {
	Body struct {
		Items []Folder `json:"items"`
	}
}

// ParseFolder reads a folder's id.
func ParseFolder(s string) (int64, error) {
	switch s {
	case "favourites":
		return store.FolderFavourites, nil
	case "later":
		return store.FolderLater, nil
	}
	id, err := reelm.ParseID[reelm.ClipID](s)
	return int64(id), err
}

// wireFolder shows a folder; those that everybody has are named in the
// visitor's language.
func wireFolder(v *visit.Visit, f store.Folder) Folder {
	id := reelm.ClipID(f.ID).String()
	switch f.ID {
	case store.FolderFavourites:
		id, f.Name = "favourites", v.Lang.T("saved.favourites")
	case store.FolderLater:
		id, f.Name = "later", v.Lang.T("saved.later")
	}
	return Folder{id, f.Name, f.Clips, "/saved/" + id, f.Has}
}

// Folders shows a visitor's folders, and which hold a clip (0: none is asked
// for).
func Folders(ctx context.Context, v *visit.Visit, clip reelm.ClipID) ([]Folder, error) {
	rows, err := v.DB.Folders(ctx, v.Account.ID, clip)
	items := []Folder{}
	for _, f := range rows {
		items = append(items, wireFolder(v, f))
	}
	return items, err
}

func (a *API) folders(ctx context.Context, v *visit.Visit, in *foldersIn) (*foldersOut, error) {
	var clip reelm.ClipID
	var err error
	if in.Clip != "" {
		if clip, err = reelm.ParseID[reelm.ClipID](in.Clip); err != nil {
			return nil, err
		}
	}
	out := &foldersOut{}
	out.Body.Items, err = Folders(ctx, v, clip)
	return out, err
}

type addFolderIn struct {
	Body struct {
		Name string `json:"name" maxLength:"1000"`
	}
}

type folderOut struct{ Body Folder }

func (a *API) addFolder(ctx context.Context, v *visit.Visit, in *addFolderIn) (*folderOut, error) {
	name, err := reelm.CleanLine("name", in.Body.Name, reelm.MaxName)
	if err == nil && name == "" {
		err = reelm.Wrong("name", "empty", "say something")
	}
	if err != nil {
		return nil, err
	}
	f, err := v.DB.AddFolder(ctx, v.Account.ID, name)
	return &folderOut{wireFolder(v, f)}, err
}

func (a *API) dropFolder(ctx context.Context, v *visit.Visit, in *clipIDIn) (*struct{}, error) {
	id, err := ParseFolder(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, v.DB.DropFolder(ctx, v.Account.ID, id)
}

type folderClipsIn struct {
	ID string `path:"id" maxLength:"64"`
	listIn
}

func (a *API) folderClips(ctx context.Context, v *visit.Visit, in *folderClipsIn) (*clipsOut, error) {
	id, err := ParseFolder(in.ID)
	if err != nil {
		return nil, err
	}
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	clips, cursor, err := v.DB.KeptClips(ctx, v.Account.ID, id, p)
	return clipList(ctx, v, clips, cursor, err)
}

type keepIn struct {
	ID   string `path:"id" maxLength:"64"`
	Clip string `path:"clip" maxLength:"64"`
}

func (a *API) keep(ctx context.Context, v *visit.Visit, in *keepIn) (*struct{}, error) {
	return nil, keepClip(ctx, v, in, true)
}

func (a *API) unkeep(ctx context.Context, v *visit.Visit, in *keepIn) (*struct{}, error) {
	return nil, keepClip(ctx, v, in, false)
}

func keepClip(ctx context.Context, v *visit.Visit, in *keepIn, on bool) error {
	folder, err := ParseFolder(in.ID)
	if err != nil {
		return err
	}
	clip, err := reelm.ParseID[reelm.ClipID](in.Clip)
	if err != nil {
		return err
	}
	return v.DB.KeepClip(ctx, v.Account.ID, folder, clip, on)
}

type historyOut struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Items  []Clip  `json:"items"`
		Next   *string `json:"next"`
		Paused bool    `json:"paused"`
	}
}

func (a *API) history(ctx context.Context, v *visit.Visit, in *listIn) (*historyOut, error) {
	p, err := page(in.Next, in.Limit)
	if err != nil {
		return nil, err
	}
	clips, cursor, err := v.DB.History(ctx, v.Viewer, p)
	list, err := clipList(ctx, v, clips, cursor, err)
	if err != nil {
		return nil, err
	}
	out := &historyOut{CacheControl: "private, no-store"}
	out.Body.Items, out.Body.Next = list.Body.Items, list.Body.Next
	out.Body.Paused, err = v.DB.HistoryPaused(ctx, v.Viewer)
	return out, err
}

func (a *API) pauseHistory(ctx context.Context, v *visit.Visit, _ *struct{}) (*struct{}, error) {
	return nil, v.DB.PauseHistory(ctx, v.Viewer, true)
}

func (a *API) resumeHistory(ctx context.Context, v *visit.Visit, _ *struct{}) (*struct{}, error) {
	return nil, v.DB.PauseHistory(ctx, v.Viewer, false)
}

// noteWatched keeps the history of viewers who allow learning.
func noteWatched(ctx context.Context, v *visit.Visit, events []Event) error {
	if !v.Learns() {
		return nil
	}
	var clips []reelm.ClipID
	for _, e := range events {
		if e.Kind != string(reelm.EventWatch) || e.WatchedMS < 1000 {
			continue
		}
		if s, err := feed.Why(v.Realm, v.Viewer, e.Serve, v.Now()); err == nil {
			clips = append(clips, s.Clip)
		}
	}
	if len(clips) == 0 {
		return nil
	}
	return v.DB.NoteWatched(ctx, v.Viewer, clips)
}
