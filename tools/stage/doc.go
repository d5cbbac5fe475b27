// Package stage sets up what the tools look at: a demo realm of the program as
// it stands in the checkout, and people who open its pages in Chromium.
package stage
