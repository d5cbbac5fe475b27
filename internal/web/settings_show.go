package web

// SettingsPage is what one may choose.
type SettingsPage struct {
	Layout
	Fields   []Field // of the profile, for who is signed in
	Learning string  // "on", "off" or "unknown"
	Themes   []Option
	Error    string
}

func (SettingsPage) template() string { return "settings" }
