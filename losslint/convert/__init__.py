"""Between the two styles: plan from the measured equivalences, render, splice in. No framework."""
