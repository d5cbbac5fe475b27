package media

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Layer is one wall of the sandbox.
type Layer string

// The layers, from the outside in.
const (
	LayerUserNS     Layer = "user-namespace" // root inside is nobody outside
	LayerNetNS      Layer = "net-namespace"  // no interface but a dead loopback
	LayerPidNS      Layer = "pid-namespace"  // sees and signals nobody else
	LayerIPCNS      Layer = "ipc-namespace"
	LayerUTSNS      Layer = "uts-namespace"
	LayerRlimits    Layer = "rlimits"      // memory, CPU time, file size, files, no core
	LayerNoNewPrivs Layer = "no-new-privs" // nothing set-uid helps
	LayerNoCaps     Layer = "no-capabilities"
	LayerLandlock   Layer = "landlock"         // files: the libraries, one input, our outputs
	LayerNetRules   Layer = "landlock-network" // TCP refused by Landlock too (kernel 6.7)
	LayerScope      Layer = "landlock-scope"   // no signals, no abstract sockets outwards (6.12)
	LayerSeccomp    Layer = "seccomp"          // system calls
	LayerParent     Layer = "parent-death"     // dies with the server
)

// AllLayers lists every layer in the order of a report.
func AllLayers() []Layer {
	return []Layer{LayerUserNS, LayerNetNS, LayerPidNS, LayerIPCNS, LayerUTSNS, LayerRlimits, LayerNoNewPrivs,
		LayerNoCaps, LayerLandlock, LayerNetRules, LayerScope, LayerSeccomp, LayerParent}
}

// LayerState says whether a layer holds on this machine.
type LayerState struct {
	Layer  Layer  `json:"layer"`
	Holds  bool   `json:"holds"`
	Detail string `json:"detail"` // what was tried and what came of it
}

// Layers starts the helper with all layers up and lets it try to break each:
// open a socket, read a file that is not its own, fork, trace, mount. The
// answer is for `reelm doctor` and the log; it takes some 20 ms.
func (l *Lab) Layers(ctx context.Context) ([]LayerState, error) {
	flags, err := l.isolation(ctx)
	if err != nil {
		return nil, err
	}
	return tryLayers(ctx, flags)
}

// tryLayers runs one trial with these namespaces.
func tryLayers(ctx context.Context, flags uintptr) (_ []LayerState, err error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	dir, err := os.MkdirTemp("", "reelm-trial-")
	if err != nil {
		return nil, fmt.Errorf("media: trial of the sandbox: %w", err)
	}
	defer os.RemoveAll(dir)
	foreign, own, out := filepath.Join(dir, "foreign"), filepath.Join(dir, "own"), filepath.Join(dir, "out")
	for _, name := range []string{foreign, own, out} {
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			return nil, fmt.Errorf("media: trial of the sandbox: %w", err)
		}
	}
	spaces := map[string]string{}
	for _, ns := range []string{"user", "net", "pid", "ipc", "uts"} {
		spaces[ns], _ = os.Readlink("/proc/self/ns/" + ns) // no /proc: reported as not holding
	}
	o := order{
		Read: []string{own}, Write: []string{out}, limits: defaultLimits(),
		Trial: &trial{Foreign: foreign, Own: own, Out: out, Dir: dir, Spaces: spaces},
	}
	var report strings.Builder
	p := process{order: o, flags: flags, stdout: &limitedWriter{w: &report, left: 1 << 16}}
	if _, err := p.run(ctx); err != nil {
		return nil, fmt.Errorf("media: trial of the sandbox: %w", err)
	}
	var states []LayerState
	if err := json.Unmarshal([]byte(report.String()), &states); err != nil {
		return nil, fmt.Errorf("media: trial of the sandbox: reading its report: %w", err)
	}
	return states, nil
}

// missing lists what of want does not hold.
func missing(states []LayerState, want []Layer) []Layer {
	var out []Layer
	for _, w := range want {
		i := slices.IndexFunc(states, func(s LayerState) bool { return s.Layer == w })
		if i < 0 || !states[i].Holds {
			out = append(out, w)
		}
	}
	return out
}

// limitedWriter passes on so many bytes and then fails, so that a child that
// talks without end cannot fill our memory.
type limitedWriter struct {
	w    io.Writer
	left int64
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if int64(len(p)) > l.left {
		return 0, errTooMuch
	}
	l.left -= int64(len(p))
	return l.w.Write(p)
}
