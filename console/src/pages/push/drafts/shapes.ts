import type { Shape } from '@/api/client';

/** The shapes of the API that these pages use, under the names they use them by. */
export type Draft = Shape<'DraftLine'>;
export type DraftState = Draft['state'];
export type DraftKind = Draft['kind'];
export type Whole = Shape<'DraftWhole'>;
export type Body = Shape<'DraftBody'>;
export type Part = Shape<'DraftArticle'>;
export type Medium = Shape<'DraftMedium'>;
export type Article = Shape<'Article'>;
export type Block = Shape<'ArticleBlock'>;
export type BlockKind = Block['kind'];
export type BlockOf<Kind extends BlockKind> = Extract<Block, { kind: Kind }>;
export type Run = Shape<'ArticleRun'>;
export type Picture = Shape<'ArticlePicture'>;
export type Theme = Article['theme'];
export type Comment = Shape<'DraftComment'>;
export type Change = Shape<'DraftChange'>;
export type Version = Shape<'DraftVersionLine'>;
