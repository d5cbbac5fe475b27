// Ordinary pages.

import { enhancePage } from "./page_parts.ts";

enhancePage();
