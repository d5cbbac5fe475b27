package stage

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Demo is a realm that `reelm demo` serves.
type Demo struct {
	Base   string // its address, without a slash at the end
	data   string
	cmd    *exec.Cmd
	folder string // of the program, and of the data where none was given
}

// Open builds the program of the checkout root and starts its demonstration.
// It waits until so many clips are there. The data folder may stand already;
// an empty name makes one that Close removes.
func Open(ctx context.Context, root, data string, clips int) (*Demo, error) {
	folder, err := os.MkdirTemp("", "reelm-stage-")
	if err != nil {
		return nil, err
	}
	d := &Demo{data: data, folder: folder}
	if d.data == "" {
		d.data = filepath.Join(folder, "data")
	}
	program := filepath.Join(folder, "reelm")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/reelm")
	build.Dir, build.Stderr = root, os.Stderr
	if err := build.Run(); err != nil {
		return nil, errors.Join(fmt.Errorf("building reelm: %w", err), d.Close())
	}
	d.cmd = exec.CommandContext(ctx, program, "demo", "--data", d.data, "--listen", "127.0.0.1:0")
	d.cmd.Cancel = func() error { return d.cmd.Process.Signal(syscall.SIGTERM) }
	d.cmd.WaitDelay = 20 * time.Second
	d.cmd.Stderr = os.Stderr
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	out, err := d.cmd.StdoutPipe()
	if err == nil {
		err = d.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := d.await(bufio.NewScanner(out), clips); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// await reads what the demonstration says until the clips are there, and lets
// the rest pass.
func (d *Demo) await(lines *bufio.Scanner, clips int) error {
	for lines.Scan() {
		line := lines.Text()
		if at, ok := strings.CutPrefix(line, "Reelm is at "); ok {
			d.Base = at
		}
		var made, all int
		n, _ := fmt.Sscanf(line, "%d of %d clips", &made, &all)
		if d.Base != "" && (n == 2 && made >= clips || strings.HasPrefix(line, "everything is there")) {
			go func() {
				for lines.Scan() { // until the program ends: it must not wait for a reader
				}
			}()
			return nil
		}
	}
	return errors.Join(errors.New("the demonstration ended before its clips were there"), lines.Err())
}

// Join signs somebody new up, who lets Reelm learn, and gives the password.
func (d *Demo) Join(ctx context.Context, handle string) (password string, err error) {
	password = rand.Text()
	body, err := json.Marshal(map[string]any{"handle": handle, "password": password, "birthday": "1990-05-17", "learn": true})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, "POST", d.Base+"/api/v1/accounts", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	if err := res.Body.Close(); err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("signing up %s: %s", handle, res.Status)
	}
	return password, nil
}

// Password is that of one of the ready-made sign-ins.
func (d *Demo) Password(handle string) (string, error) {
	b, err := os.ReadFile(filepath.Join(d.data, "realms/main/demo.json"))
	if err != nil {
		return "", err
	}
	var all []struct{ Handle, Password string }
	if err := json.Unmarshal(b, &all); err != nil {
		return "", err
	}
	for _, s := range all {
		if s.Handle == handle {
			return s.Password, nil
		}
	}
	return "", fmt.Errorf("the demonstration has no sign-in for %q", handle)
}

// Close stops the program and removes what Open made.
func (d *Demo) Close() error {
	var err error
	if d.cmd != nil && d.cmd.Process != nil {
		err = d.cmd.Process.Signal(syscall.SIGTERM)
		var exit *exec.ExitError
		if werr := d.cmd.Wait(); !errors.As(werr, &exit) {
			err = errors.Join(err, werr)
		}
	}
	return errors.Join(err, os.RemoveAll(d.folder))
}
