//! See NOTE-FOR-THE-OWNER.txt in this folder.
