package servertest

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Countries writes a country database in MaxMind's format (MaxMind DB file
// format 2.0): networks of IPv4 and their countries.
func Countries(t testing.TB, of map[string]string) string {
	t.Helper()
	type node struct{ to [2]int } // > 0: node, < 0: data at -n-1, 0: nothing
	nodes := []node{{}}
	var data bytes.Buffer
	at := map[string]int{}
	for network, country := range of {
		p, err := netip.ParsePrefix(network)
		if err != nil {
			t.Fatal(err)
		}
		if _, known := at[country]; !known {
			at[country] = data.Len()
			data.WriteByte(7<<5 | 1) // a map of one
			text(&data, "country")
			data.WriteByte(7<<5 | 1)
			text(&data, "iso_code")
			text(&data, country)
		}
		bits := binary.BigEndian.Uint32(p.Addr().AsSlice())
		n := 0
		for i := range p.Bits() {
			bit := bits >> (31 - i) & 1
			if i == p.Bits()-1 {
				nodes[n].to[bit] = -at[country] - 1
				break
			}
			if nodes[n].to[bit] <= 0 {
				nodes = append(nodes, node{})
				nodes[n].to[bit] = len(nodes) - 1
			}
			n = nodes[n].to[bit]
		}
	}
	var file bytes.Buffer
	for _, n := range nodes {
		for _, to := range n.to {
			switch {
			case to == 0:
				to = len(nodes)
			case to < 0:
				to = len(nodes) + 16 - to - 1
			}
			file.Write([]byte{byte(to >> 16), byte(to >> 8), byte(to)})
		}
	}
	file.Write(make([]byte, 16))
	file.Write(data.Bytes())
	file.WriteString("\xab\xcd\xefMaxMind.com")
	file.WriteByte(7<<5 | 9)
	for name, value := range map[string]uint64{"binary_format_major_version": 2, "binary_format_minor_version": 0, "node_count": uint64(len(nodes)), "record_size": 24, "ip_version": 4, "build_epoch": uint64(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix())} {
		text(&file, name)
		file.Write([]byte{0<<5 | 8, 2}) // uint64 of 8 bytes
		file.Write(binary.BigEndian.AppendUint64(nil, value))
	}
	text(&file, "database_type")
	text(&file, "reelm-test-country")
	text(&file, "languages")
	file.Write([]byte{0, 4}) // an empty array
	text(&file, "description")
	file.WriteByte(7 << 5)
	name := filepath.Join(t.TempDir(), "countries.mmdb")
	if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func text(b *bytes.Buffer, s string) {
	if len(s) < 29 {
		b.WriteByte(byte(2<<5 | len(s)))
	} else {
		b.Write([]byte{2<<5 | 29, byte(len(s) - 29)})
	}
	b.WriteString(s)
}
