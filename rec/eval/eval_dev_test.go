package eval

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

func TestDev(t *testing.T) {
	if os.Getenv("DEV") == "" {
		t.Skip("dev")
	}
	f, err := os.Open("../../../shared/data/" + os.Getenv("DEV") + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	b, err := ParseBaselines(os.Getenv("BASE"))
	if err != nil {
		t.Fatal(err)
	}
	mv := 0.0
	if os.Getenv("MV") != "" {
		json.Unmarshal([]byte(os.Getenv("MV")), &mv)
	}
	r, err := Run(f, Options{Protocol: Protocol(os.Getenv("PROTO")), Baselines: b, MinValue: mv, Now: time.Now, Progress: func(s string) { t.Log(time.Now().Format("15:04:05"), s) }})
	if err != nil {
		t.Fatal(err)
	}
	j, _ := json.Marshal(r)
	t.Log(string(j))
}
