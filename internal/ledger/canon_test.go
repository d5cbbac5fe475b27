package ledger

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func TestCanonicalIsThatOfTheRFC(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"RFC 8785, 3.2.2": {
			`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`,
			"{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
		},
		"RFC 8785, 3.2.3": {
			`{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
		},
		"numbers":    {`[0, -0, -0.0, 1.0, 100, 1e2, 9007199254740991, 1e21, 1e-7, 0.35, 123456789.125]`, `[0,0,0,1,100,100,9007199254740991,1e+21,1e-7,0.35,123456789.125]`},
		"html stays": {`"<a href='x'>&"`, `"<a href='x'>&"`},
		"controls":   {`"\b\f\t\u007f\u2028"`, "\"\\b\\f\\t\u007f\u2028\""},
		"empty":      {` { "a" : [ ] , "b" : { } } `, `{"a":[],"b":{}}`},
	} {
		got, err := canonicalize([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, got, c.want)
		}
	}
	for _, in := range []string{``, `{`, `1 2`, `9007199254740992`, `-9007199254740993`, `1e400`, `1e16`, `9.1e15`, `[1]x`} {
		if got, err := canonicalize([]byte(in)); err == nil {
			t.Errorf("%q became %s", in, got)
		}
	}
}

func TestCanonicalIsItsOwnCanonicalForm(t *testing.T) {
	var value *rapid.Generator[any]
	value = rapid.Custom(func(t *rapid.T) any {
		switch rapid.IntRange(0, 6).Draw(t, "type") {
		case 0:
			return rapid.String().Draw(t, "string")
		case 1:
			return rapid.OneOf(rapid.Float64Range(-1e15, 1e15), rapid.Float64Range(1e21, 1e300)).Draw(t, "float")
		case 2:
			return rapid.Int64Range(-1<<53+1, 1<<53-1).Draw(t, "int")
		case 3:
			return rapid.Bool().Draw(t, "bool")
		case 4:
			return rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[any] { return value }), 0, 3).Draw(t, "list")
		case 5:
			return rapid.MapOfN(rapid.String(), rapid.Deferred(func() *rapid.Generator[any] { return value }), 0, 3).Draw(t, "object")
		}
		return nil
	})
	rapid.Check(t, func(t *rapid.T) {
		v := value.Draw(t, "value")
		once, err := canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := canonicalize(once)
		if err != nil || string(once) != string(twice) {
			t.Fatalf("%v: %s became %s", err, once, twice)
		}
		var a, b any
		plain, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if json.Unmarshal(plain, &a) != nil || json.Unmarshal(once, &b) != nil {
			t.Fatal("not JSON")
		}
		if x, _ := json.Marshal(a); true {
			if y, _ := json.Marshal(b); string(x) != string(y) && string(once) != "0" {
				t.Fatalf("%s means something else than %s", once, plain)
			}
		}
	})
}
