package page

import "html/template"

// Home is the first page after signing in.
type Home struct {
	Base
	Greeting string
	Tiles    []Tile
	Charts   []Chart
	Mine     Table
	Recent   Table
	Heat     *Heat
	HeatHref string
	Empty    bool // nothing entered yet
	NoRole   bool // the roles open no application
	Starts   []Link
}

// Tile is a number with a name.
type Tile struct {
	Label string
	Value string
	Href  string
	Tone  string
}

// Chart is a drawing with its table alternative.
type Chart struct {
	Title string
	SVG   template.HTML // made by internal/web/chart, which escapes
	Head  []string
	Rows  [][]string
	Href  string
}

// Heat is a risk heat map.
type Heat struct {
	Caption  string
	Columns  []string
	Rows     []HeatRow
	RowTitle string
	ColTitle string
}

// HeatRow is a line of a heat map.
type HeatRow struct {
	Label string
	Cells []HeatCell
}

// HeatCell is one cell; Tone is its band.
type HeatCell struct {
	Count string
	Band  string
	Score string
	Tone  string
	Href  string
	Label string // for screen readers
	Zero  bool
}

// HeatMap is the page of the heat map.
type HeatMap struct {
	Base
	TypeLabel string
	ListHref  string
	Switch    []Link
	Heat      Heat
	Bands     Chart
	Unrated   string
}
