package demo

// author is somebody who makes clips on a topic.
type author struct {
	handle, name, bio, language string
}

// piece is one clip: what stands in the picture and what its author says.
type piece struct {
	author  int // of the topic's
	title   string
	kicker  string
	caption string
}

// topic is a subject with those who make clips of it. Its name is that of a
// media.Topic.
type topic struct {
	name    string
	authors []author
	pieces  []piece
	remarks []string // what people say below
}

func topics() []topic {
	return []topic{
		{"night-sky", []author{
			{"nordlicht", "Nora Lichtwark", "Nachts draußen. Himmel über der Küste, ohne Filter, mit kalten Fingern.", "de"},
			{"longexposure", "Tom Adeyemi", "Stars, slowly. I count seconds for a living.", "en"},
		}, []piece{
			{0, "Erster Frost", "sechs Uhr früh", "Erster Frost im Moor, sechs Uhr früh. Ohne Filter, mit kalten Fingern. #himmel #morgen"},
			{1, "Three hours", "of one night", "Three hours of stars in eight seconds. #nightsky #timelapse"},
			{0, "Wenn der Himmel tanzt", "Nordlicht", "So hell war es seit Jahren nicht. #himmel #nordlicht"},
			{1, "Blue hour", "no moon", "The blue hour lasts eleven minutes here. Worth the wait. #nightsky #bluehour"},
			{0, "Mondaufgang", "über dem Watt", "Der Mond kam zehn Minuten später als gedacht. #himmel #mond"},
			{1, "Look up", "it is free", "No telescope, no ticket. Just look up. #nightsky"},
		}, []string{"Wie lange hast du gewartet?", "This is why I moved out of the city.", "Gänsehaut.", "What lens is this?"}},
		{"kitchen", []author{
			{"brotzeit", "Ayla Brandt", "Sauerteig und Geduld. Rezepte in ganzen Sätzen.", "de"},
			{"onepot", "Marco Silva", "One pot, ten minutes, no excuses.", "en"},
		}, []piece{
			{0, "Tag drei", "Sauerteig", "Tag drei: er lebt, und er hat Hunger. #brot #sauerteig"},
			{1, "Ten minutes", "one pot", "Lemon, beans, a little patience. Dinner. #cooking #onepot"},
			{0, "72 % Wasser", "Ciabatta", "So weich, dass man ihn kaum halten kann. #brot #ciabatta"},
			{1, "Season early", "rule one", "Salt at the start tastes of food. Salt at the end tastes of salt. #cooking"},
			{0, "Die Kruste singt", "hört hin", "Frisch aus dem Ofen knistert sie. Ton an. #brot"},
			{1, "Onions, slowly", "forty minutes", "There is no shortcut for this. #cooking #onions"},
		}, []string{"Rezept bitte!", "Made this tonight. Kids asked for more.", "Meiner geht nie so auf. Was mache ich falsch?", "The sound alone."}},
		{"ocean", []author{
			{"tidewater", "Maeve Kelly", "Cold water, every morning. Galway Bay.", "en"},
		}, []piece{
			{0, "Nine degrees", "still went in", "Nine degrees and still went in. #sea #coldwater"},
			{0, "High water", "spring tide", "Spring tide at the old pier. #sea #tide"},
			{0, "Glass", "before the wind", "Ten minutes before the wind. #sea #calm"},
			{0, "The seventh wave", "counted", "It really is the seventh. Count with me. #sea #waves"},
			{0, "Fog horn", "listen", "Sound on for this one. #sea #fog"},
			{0, "Swell", "from far away", "This wave began near Iceland. #sea #waves"},
		}, []string{"Braver than me.", "Ich höre das Meer bis hierher.", "How cold is too cold?", "Saving this for stressful days."}},
		{"posters", []author{
			{"schriftsatz", "Jonas Weil", "Buchstaben sind auch nur Menschen.", "de"},
			{"kerning", "Priya Raman", "Type, close up.", "en"},
		}, []piece{
			{1, "Aa", "ink traps", "Why this letter has notches: so that ink has somewhere to go. #type #design"},
			{0, "ß", "ein Buchstabe", "Der einzige Buchstabe, der nie am Anfang steht. #schrift"},
			{1, "Mind the gap", "AV", "Kerning is noticing. #type #kerning"},
			{0, "Bleisatz", "24 Punkt", "Jeder Buchstabe war einmal schwer. #schrift #bleisatz"},
			{1, "Ampersand", "et al.", "It is just the word 'et', tired and happy. #type"},
			{0, "Fraktur", "lesbar", "Man gewöhnt sich in drei Seiten daran. #schrift"},
		}, []string{"Ich sehe jetzt überall Ligaturen. Danke.", "My favourite account here.", "Welche Schrift ist das?", "More of the ampersand please."}},
		{"city", []author{
			{"nachtbus", "Emre Yıldız", "Linie N7. Die Stadt, wenn sie schläft.", "de"},
			{"rooftops", "Lena Fischer", "Seen from above. Always asked first.", "en"},
		}, []piece{
			{0, "N7", "03:12 Uhr", "Um diese Zeit kennt man sich. #stadt #nacht"},
			{1, "Lights on", "one by one", "Every window is somebody's evening. #city #windows"},
			{0, "Endstelle", "und zurück", "Zwei Minuten Pause, dann geht es zurück. #stadt #bus"},
			{1, "Rain later", "on the roof", "The city smells different ten minutes before. #city #rain"},
			{0, "Grüne Welle", "selten", "Sieben Ampeln, einmal im Jahr. #stadt"},
			{1, "First tram", "04:40", "The first tram of the day has its own sound. #city #tram"},
		}, []string{"I know that corner!", "Danke, dass du uns fährst.", "Die Musik passt genau.", "Cities are better at night."}},
		{"garden", []author{
			{"wildwuchs", "Hanna Oster", "Ein Beet, viele Bewohner. Ich mähe zweimal im Jahr.", "de"},
			{"slowgrow", "Sam Okafor", "Balcony, fourth floor, north side. Still growing.", "en"},
		}, []piece{
			{0, "Nicht mähen", "im Mai", "Sechs Wochen nichts getan, und das kam. #garten #wildblumen"},
			{1, "Day 1 to 30", "one bean", "One bean, thirty days. #garden #timelapse"},
			{0, "Besuch", "Holzbiene", "Groß, schwarz, harmlos. Bitte weitersagen. #garten #bienen"},
			{1, "North side", "it works", "What grows without sun: more than you think. #garden #balcony"},
			{0, "Kompost", "Woche neun", "Es riecht nach Wald. #garten #kompost"},
			{1, "Roots", "in a glass", "They know where down is. #garden #roots"},
		}, []string{"Genau so sieht mein Balkon NICHT aus.", "Fourth floor north here too. Thank you.", "Kannst du Samen tauschen?", "The bee."}},
		{"beats", []author{
			{"taktgeber", "DJ Miro", "Kleine Schleifen. Nehmt sie, baut weiter.", "de"},
			{"loopstation", "Ruth Mbeki", "One take, no undo.", "en"},
		}, []piece{
			{1, "One take", "no undo", "Four layers, one take. Use this sound. #beats #loop"},
			{0, "92 bpm", "Schleife 14", "Zum Kochen, Lernen, Aufräumen. #takt #lofi"},
			{1, "Off beat", "on purpose", "The snare is late. On purpose. #beats #groove"},
			{0, "Kalimba", "und Regen", "Gestern auf dem Balkon aufgenommen. #takt #kalimba"},
			{1, "Seven eight", "try to clap", "Try to clap along. Then try again. #beats #oddmeter"},
			{0, "Nachtschicht", "leise", "Für alle, die jetzt noch wach sind. #takt #nacht"},
		}, []string{"Läuft seit einer Stunde.", "Can I use this for my garden clips?", "7/8 broke my brain.", "Mehr davon."}},
		{"paper", []author{
			{"faltwerk", "Mei Tanaka", "Papier, sonst nichts. Paper, nothing else.", "de"},
		}, []piece{
			{0, "Ein Blatt", "keine Schere", "Ein Blatt, keine Schere, achtzig Falten. #papier #origami"},
			{0, "Schatten", "nur Licht", "Das Papier ist weiß. Den Rest macht die Lampe. #papier #licht"},
			{0, "Thirty-two", "small steps", "Fold thirty-two is where everybody gives up. #paper #origami"},
			{0, "Kranich", "Nummer 400", "Sechshundert fehlen noch. #papier #kranich"},
			{0, "Layers", "cut by hand", "Nine sheets, one knife, two evenings. #paper #papercut"},
			{0, "Welle", "nach Hokusai", "Aus dem Altpapier. #papier #welle"},
		}, []string{"Wie lange übst du schon?", "I gave up at fold seven.", "So ruhig.", "The shadow one. Again and again."}},
		{"mountains", []author{
			{"gipfelstille", "Luis Amrein", "Früh los, spät zurück. Wallis.", "de"},
			{"highcamp", "Asha Gurung", "Above the trees, mostly waiting for weather.", "en"},
		}, []piece{
			{0, "Halb fünf", "am Grat", "Stirnlampe aus, Farben an. #berge #morgen"},
			{1, "Above the clouds", "3,200 m", "The valley had rain all day. #mountains #clouds"},
			{0, "Kein Empfang", "endlich", "Drei Tage ohne Balken. #berge #stille"},
			{1, "Waiting", "for a window", "Day four of waiting for weather. #mountains #patience"},
			{0, "Firn", "sechs Uhr", "Trägt noch genau eine Stunde. #berge #schnee"},
			{1, "Shadow line", "moving up", "Racing the shadow line uphill. #mountains #evening"},
			{0, "Letzte Bahn", "verpasst", "Dann eben zu Fuß. #berge"},
			{1, "The ridge", "one step", "One step, then the next one. #mountains #ridge"},
		}, []string{"Wo ist das?", "My knees hurt from watching.", "Diese Farben.", "Take me with you."}},
		{"pixels", []author{
			{"blockwerk", "Benno Kraft", "64 mal 64. Mehr braucht es nicht.", "de"},
			{"sixteencolours", "Zoë Laurent", "Tiny worlds, sixteen colours.", "en"},
		}, []piece{
			{1, "Sixteen colours", "no more", "A whole evening in sixteen colours. #pixelart"},
			{0, "64 x 64", "ein Dorf", "Jedes Haus hat vier Punkte. #pixel #dorf"},
			{1, "Walk cycle", "four frames", "Four frames are enough to be alive. #pixelart #animation"},
			{0, "Level 3", "Wasser", "Der Wasserfall hat mich zwei Tage gekostet. #pixel"},
			{1, "Dithering", "fake it", "Two colours can pretend to be five. #pixelart #dither"},
			{0, "Regen", "acht Bit", "Regen ist einfach. Nass ist schwer. #pixel #regen"},
			{1, "Save point", "rest here", "Every game needs a bench. #pixelart #games"},
			{0, "Speicher voll", "löschen?", "Nein. #pixel #retro"},
		}, []string{"How many hours?", "Das Dorf! Ich will dort wohnen.", "Four frames. Unbelievable.", "Erinnert mich an 1991."}},
	}
}

// viewer is a simulated person with a taste: how much each topic draws them,
// by name; everything else bores them a little.
type viewer struct {
	handle string
	likes  map[string]float64
}

func viewers() []viewer {
	return []viewer{
		{"ida.b", map[string]float64{"night-sky": .9, "ocean": .7}}, {"karim", map[string]float64{"beats": .9, "city": .6}},
		{"lotte", map[string]float64{"garden": .9, "kitchen": .6}}, {"owen", map[string]float64{"posters": .9, "paper": .7}},
		{"fatma.k", map[string]float64{"kitchen": .9, "garden": .5}}, {"bruno", map[string]float64{"city": .9, "night-sky": .5}},
		{"yuki", map[string]float64{"paper": .9, "posters": .6}}, {"sven", map[string]float64{"ocean": .9, "night-sky": .7}},
		{"rosa", map[string]float64{"beats": .8, "paper": .6}}, {"dmitri", map[string]float64{"night-sky": .8, "posters": .7}},
		{"greta", map[string]float64{"garden": .9, "ocean": .6}}, {"paulo", map[string]float64{"kitchen": .8, "beats": .7}},
		{"nils", map[string]float64{"city": .8, "beats": .8}}, {"amira", map[string]float64{"posters": .8, "kitchen": .5}},
		{"johanna", map[string]float64{"ocean": .8, "garden": .8}}, {"theo", map[string]float64{"paper": .8, "mountains": .8}}, {"selin", map[string]float64{"pixels": .9, "beats": .6}},
		{"matteo", map[string]float64{"mountains": .9, "ocean": .5}}, {"wanda", map[string]float64{"pixels": .8, "posters": .6}},
	}
}
