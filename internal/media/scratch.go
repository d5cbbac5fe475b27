package media

import (
	"fmt"
	"os"
	"path/filepath"
)

// scratch is a folder for one job beside its results. The sandbox may write
// only to files that were made in it before; a result moves out under its
// name when it is complete, so nobody ever sees half a file.
type scratch struct{ dir, out string }

func newScratch(out string) (*scratch, error) {
	out, err := filepath.Abs(out)
	if err != nil {
		return nil, fmt.Errorf("media: output folder: %w", err)
	}
	dir, err := os.MkdirTemp(out, ".lab-")
	if err != nil {
		return nil, fmt.Errorf("media: output folder: %w", err)
	}
	return &scratch{dir: dir, out: out}, nil
}

// path names a file of the folder.
func (s *scratch) path(name string) string { return filepath.Join(s.dir, name) }

// make makes empty files and gives their paths.
func (s *scratch) make(names ...string) ([]string, error) {
	var paths []string
	for _, name := range names {
		f, err := os.Create(s.path(name))
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return nil, fmt.Errorf("media: %w", err)
		}
		paths = append(paths, s.path(name))
	}
	return paths, nil
}

// keep moves a finished file out under its final name.
func (s *scratch) keep(name, final string) error {
	if err := os.Rename(s.path(name), filepath.Join(s.out, final)); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

// close removes what was not kept.
func (s *scratch) close() { _ = os.RemoveAll(s.dir) } // left over: swept with the folder

// absolute makes a path mean the same for the sandbox, which works in /.
func absolute(path string) (string, error) {
	p, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("media: %w", err)
	}
	return p, nil
}
